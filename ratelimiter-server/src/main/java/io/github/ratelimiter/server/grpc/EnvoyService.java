package io.github.ratelimiter.server.grpc;

import io.github.ratelimiter.server.check.CheckResult;
import io.github.ratelimiter.server.check.CheckedRequest;
import io.github.ratelimiter.server.check.Checks;
import io.github.ratelimiter.server.check.JointChecks;
import io.github.ratelimiter.server.check.JointResult;
import io.github.ratelimiter.server.check.JointResult.Share;
import io.github.ratelimiter.server.grpc.EnvoyDescriptors.Descriptor;
import io.github.ratelimiter.server.grpc.envoy.HeaderValue;
import io.github.ratelimiter.server.grpc.envoy.RateLimitRequest;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse;
import io.github.ratelimiter.server.grpc.envoy.RateLimitResponse.Code;
import io.github.ratelimiter.server.grpc.envoy.RateLimitServiceGrpc.RateLimitServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Envoy's rate limit protocol. All descriptors of a call are decided together: their permits are
 * taken by all rules that match any of them, or by none. Thread-safe.
 */
public final class EnvoyService extends RateLimitServiceImplBase {
  private final Checks checks;
  private final JointChecks joint;

  /**
   * Creates a service.
   *
   * @param checks answers descriptors that take no permits
   * @param joint decides on the others
   */
  public EnvoyService(Checks checks, JointChecks joint) {
    this.checks = checks;
    this.joint = joint;
  }

  @Override
  public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> caller) {
    Call.answer(caller, () -> answer(decide(EnvoyDescriptors.of(request))));
  }

  /** Descriptors without hits come first: if one of them is over its limit, nothing is taken. */
  private JointResult decide(List<Descriptor> descriptors) {
    List<CheckedRequest> counted =
        descriptors.stream().filter(Descriptor::counts).map(Descriptor::request).toList();
    List<CheckResult> asked =
        descriptors.stream()
            .filter(each -> !each.counts())
            .map(each -> checks.peek(each.request()))
            .toList();
    boolean refused = asked.stream().anyMatch(each -> !each.allowed());
    if (refused && !counted.isEmpty()) {
      return asked(descriptors.stream().map(each -> checks.peek(each.request())).toList());
    }
    return counted.isEmpty() ? asked(asked) : together(descriptors, joint.check(counted), asked);
  }

  /** Returns results as one: that of the first that is refused, if there is one. */
  private static JointResult asked(List<CheckResult> results) {
    CheckResult first =
        results.stream().filter(each -> !each.allowed()).findFirst().orElse(results.get(0));
    return new JointResult(first, results.stream().map(Share::of).toList());
  }

  /** Puts the shares into the order of the descriptors. */
  private static JointResult together(
      List<Descriptor> descriptors, JointResult taken, List<CheckResult> asked) {
    Iterator<Share> ofCounted = taken.shares().iterator();
    Iterator<CheckResult> ofAsked = asked.iterator();
    List<Share> shares = new ArrayList<>();
    for (Descriptor each : descriptors) {
      shares.add(each.counts() ? ofCounted.next() : Share.of(ofAsked.next()));
    }
    return new JointResult(taken.all(), shares);
  }

  private static RateLimitResponse answer(JointResult result) {
    result.all().refusal().ifPresent(RateLimiterService::failIfNotDecided);
    boolean allowed = result.all().allowed();
    RateLimitResponse.Builder answer =
        RateLimitResponse.newBuilder().setOverallCode(allowed ? Code.OK : Code.OVER_LIMIT);
    // A refusal that is none of a descriptor's limits, such as a ban, is one of all descriptors.
    boolean ofAll = !allowed && result.shares().stream().noneMatch(Share::refuses);
    for (Share share : result.shares()) {
      Code code = ofAll || share.refuses() ? Code.OVER_LIMIT : Code.OK;
      answer.addStatuses(EnvoyStatus.of(code, share.parts()));
    }
    result
        .all()
        .headers()
        .forEach(
            (name, value) ->
                answer.addResponseHeadersToAdd(
                    HeaderValue.newBuilder().setKey(name).setValue(value)));
    return answer.build();
  }
}
