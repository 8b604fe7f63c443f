package io.github.ratelimiter.bench.redis;

import io.github.bucket4j.distributed.proxy.optimization.DelayParameters;
import io.github.bucket4j.distributed.proxy.optimization.Optimization;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.ratelimiter.bench.server.Server;
import io.github.ratelimiter.redis.RedisStateStore;
import io.github.ratelimiter.redis.RedisStateStoreBuilder;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who is measured, each on one client with one connection to the server (Redisson: its own pool),
 * as a careful user would set it up.
 */
public enum Contender {
  /**
   * This project, set to complete futures on the thread that has the answer, as its peers do:
   * requests that arrive together travel together.
   */
  OURS {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return new OursLimiter(store(uri), quota, false, true);
    }
  },

  /** This project as it comes: futures complete on its executor. */
  OURS_EXECUTOR {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return new OursLimiter(store(uri), quota, false, false);
    }
  },

  /** This project, a script call a decision. */
  OURS_PLAIN {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return new OursLimiter(store(uri).plain(), quota, false, true);
    }
  },

  /** This project behind its admission cache, with leases of 100 ms. */
  OURS_CACHE {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return new OursLimiter(store(uri), quota, true, true);
    }
  },

  /** Bucket4j: reads, decides in the client, compares and swaps. */
  BUCKET4J {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return bucket4j(uri, quota, null);
    }

    @Override
    boolean readsBeforeItsScript() {
      return true;
    }
  },

  /** Bucket4j with its optimization that merges the requests of one process. */
  BUCKET4J_BATCHING {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return bucket4j(uri, quota, Optimizations.batching());
    }

    @Override
    boolean readsBeforeItsScript() {
      return true;
    }
  },

  /** Bucket4j with its optimization that spends first and tells the store every 100 ms. */
  BUCKET4J_DELAYING {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return bucket4j(
          uri, quota, Optimizations.delaying(new DelayParameters(UNTOLD, Duration.ofMillis(100))));
    }

    @Override
    boolean readsBeforeItsScript() {
      return true;
    }
  },

  /** Redisson's {@code RRateLimiter}. */
  REDISSON {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return new RedissonLimiter(uri, quota);
    }
  },

  /** A script of the kind that Spring Cloud Gateway uses. */
  GATEWAY_SCRIPT {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return LettuceLimiter.gateway(uri, quota);
    }
  },

  /** The floor of a script: one that returns 1. */
  EVALSHA {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return LettuceLimiter.evalsha(uri);
    }

    @Override
    boolean limits() {
      return false;
    }
  },

  /** The floor of a round trip. */
  PING {
    @Override
    SharedLimiter open(String uri, Quota quota) {
      return LettuceLimiter.ping(uri);
    }

    @Override
    boolean limits() {
      return false;
    }
  };

  /** So many permits may be untold: what a hot key is asked for in 100 ms, and more. */
  private static final long UNTOLD = 10_000_000;

  /** Connects. */
  abstract SharedLimiter open(String uri, Quota quota);

  /** Whether it limits anything. */
  boolean limits() {
    return true;
  }

  /** Whether it sends a {@code GET} before a script that has one too. */
  boolean readsBeforeItsScript() {
    return false;
  }

  /** Its name on the command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static RedisStateStoreBuilder store(String uri) {
    return RedisStateStore.builder(uri).timeout(Server.PATIENCE).requireConnection();
  }

  private static SharedLimiter bucket4j(
      String uri, Quota quota, @Nullable Optimization optimization) {
    return new Bucket4jLimiter(uri, quota, optimization);
  }
}
