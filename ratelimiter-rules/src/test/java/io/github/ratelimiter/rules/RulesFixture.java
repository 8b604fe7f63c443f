package io.github.ratelimiter.rules;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.rules.KeyPart.Kind;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.store.Request;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rules on a store in process and a clock that is moved by hand. */
class RulesFixture {
  static final KeyPart USER = new KeyPart(Kind.USER);
  static final KeyPart CLIENT = new KeyPart(Kind.CLIENT);
  static final KeyPart IP = new KeyPart(Kind.IP);
  static final KeyPart GLOBAL = new KeyPart(Kind.GLOBAL);

  final ManualTimeSource time = ManualTimeSource.create();
  final LocalStateStore store = LocalStateStore.builder().timeSource(time).build();
  final List<String> events = new ArrayList<>();

  private final RulesListener listener =
      new RulesListener() {
        @Override
        public void changed(RuleVersion before, RuleVersion now) {
          events.add(
              "changed %d to %d by %s".formatted(before.number(), now.number(), now.author()));
        }

        @Override
        public void banned(String rule, String key, Duration duration) {
          events.add("banned %s of %s for %s".formatted(key, rule, duration));
        }

        @Override
        public void trapped(String trap, String client, Duration ban) {
          events.add("%s trapped by %s for %s".formatted(client, trap, ban));
        }

        @Override
        public void flooded(String network) {
          events.add("flooded by " + network);
        }
      };

  final Rules rules(RuleSet rules) {
    return Rules.builder(store)
        .apiKey("X-API-Key", Set.of("k1")::contains)
        .rules(rules)
        .listener(listener)
        .timeSource(time)
        .build();
  }

  final HttpLimiter http(Rules rules) {
    return HttpLimiter.builder().limits(rules).timeSource(time).build();
  }

  final HttpLimiter http(Rule... rules) {
    return http(rules(RuleSet.of(rules)));
  }

  static Condition path(String... patterns) {
    return new Condition.Path(Stream.of(patterns).map(PathPattern::parse).toList());
  }

  /** How many of some requests are allowed. */
  static int allowed(HttpLimiter http, HttpRequest request, int times) {
    return (int) IntStream.range(0, times).filter(i -> http.admit(request).allowed()).count();
  }

  final Instant now() {
    return Instant.EPOCH.plus(time.nowMicros(), ChronoUnit.MICROS);
  }

  final long left(String policy, String limits, String key) {
    return store.tryDecide(new Request.Peek(key, Policy.parse(policy, limits), 1)).remaining();
  }
}
