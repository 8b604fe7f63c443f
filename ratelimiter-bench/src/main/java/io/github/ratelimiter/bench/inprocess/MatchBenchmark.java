package io.github.ratelimiter.bench.inprocess;

import io.github.ratelimiter.http.DescribedRequest;
import io.github.ratelimiter.rules.match.Condition;
import io.github.ratelimiter.rules.match.PathPattern;
import io.github.ratelimiter.rules.match.Subject;
import io.github.ratelimiter.rules.match.Subjects;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Finds the rules for a request, for every {@link MatchContender}. Each rule has another path; one
 * rule matches each request, and a rule for all paths. The time includes the normal form of the
 * path.
 *
 * <pre>{@code
 * java -jar ratelimiter-bench/target/bench.jar jmh MatchBenchmark -prof gc
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class MatchBenchmark extends NanosecondsBenchmark {
  /** The measured contender. */
  @Param public MatchContender contender;

  /** The number of rules. */
  @Param({"100", "10000"})
  public int rules;

  private final Subjects subjects = Subjects.builder().build();
  private Function<Subject, List<Condition>> match;
  private String[] picks;

  /** Creates the rules and the paths of the requests. */
  @Setup
  public void setUp() {
    match =
        contender.create(
            IntStream.rangeClosed(0, rules)
                .mapToObj(i -> i == rules ? "/**" : "/api/v1/resource-" + i + "/{id}/items")
                .<Condition>map(text -> new Condition.Path(List.of(PathPattern.parse(text))))
                .toList());
    picks =
        Keys.uniform(
            IntStream.range(0, rules)
                .mapToObj(i -> "/api/v1/resource-" + i + "/42/items")
                .toArray(String[]::new));
  }

  /** Finds the rules for the next request. */
  @Benchmark
  public List<Condition> match(PickCursor cursor) {
    return match.apply(subjects.of(DescribedRequest.of("GET", cursor.next(picks))));
  }
}
