package io.github.ratelimiter.redis;

import io.github.ratelimiter.redis.script.Evaluation;
import java.util.List;
import java.util.function.Consumer;

/** What is sent in one script call, and the callers that wait for it. */
sealed interface BatchContent permits SingleRequests, JointRequests {
  /** Returns the script call. */
  Evaluation call();

  /** Calls an action for each request that is in progress. */
  void forEach(Consumer<Pending<?>> action);

  /** Returns the number of requests that are in progress. */
  int size();

  /** Completes the requests. */
  void complete(List<Object> reply);

  /** Divides the content for several script calls. Returns a list of one if that is impossible. */
  List<BatchContent> split();
}
