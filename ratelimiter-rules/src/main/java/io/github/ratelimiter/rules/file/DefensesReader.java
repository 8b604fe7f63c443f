package io.github.ratelimiter.rules.file;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.rules.BanPolicy;
import io.github.ratelimiter.rules.Defenses;
import io.github.ratelimiter.rules.Honeypots;
import io.github.ratelimiter.rules.NewKeyBound;
import io.github.ratelimiter.rules.match.PathPattern;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what is done against clients that do harm. */
final class DefensesReader {
  static final String BANS = "bans";
  static final String NEW_KEYS = NewKeyBound.POLICY;
  static final String HONEYPOTS = Honeypots.POLICY;

  /** The IDs that no rule has. */
  static final Set<String> RESERVED_IDS = Set.of(NEW_KEYS, HONEYPOTS);

  static final List<String> BAN_FIELDS = List.of("after", "within", "first", "longest");
  static final List<String> NEW_KEY_FIELDS =
      List.of("limits", "ipv4-prefix", "ipv6-prefix", "refuse-above-memory");
  static final List<String> HONEYPOT_FIELDS = List.of("paths", "api-keys", "users", "ban");

  private static final Pattern PERCENTAGE = Pattern.compile("([1-9][0-9]?) ?%");

  private final Mistakes mistakes;
  private final Scalars scalars;

  DefensesReader(Mistakes mistakes) {
    this.mistakes = mistakes;
    this.scalars = new Scalars(mistakes);
  }

  Defenses read(Fields file) {
    return new Defenses(
        file.get(BANS).flatMap(this::bans),
        file.get(NEW_KEYS).flatMap(this::newKeys),
        file.get(HONEYPOTS).flatMap(this::honeypots));
  }

  /** Reads a mapping. Its value is made only if it has no mistake. */
  private <T> Optional<T> mapping(
      Node node, String example, List<String> names, Function<Fields, Supplier<T>> reader) {
    return Fields.of(node, example, names, mistakes)
        .flatMap(
            fields -> {
              int before = mistakes.count();
              Supplier<T> value = reader.apply(fields);
              return mistakes.count() == before ? Optional.of(value.get()) : Optional.empty();
            });
  }

  // --- new keys --------------------------------------------------------------------------------

  private Optional<NewKeyBound> newKeys(Node node) {
    return mapping(node, "a bound such as { limits: 100/min }", NEW_KEY_FIELDS, this::newKeys);
  }

  private Supplier<NewKeyBound> newKeys(Fields fields) {
    if (fields.get("refuse-above-memory").isEmpty()) {
      fields.require("limits", "limits: 100/min");
    }
    Optional<Policy> limits = fields.get("limits").flatMap(text -> scalars.policy(text, NEW_KEYS));
    int ipv4 = scalars.number(fields, "ipv4-prefix", 32, NewKeyBound.IPV4_BITS);
    int ipv6 = scalars.number(fields, "ipv6-prefix", 128, NewKeyBound.IPV6_BITS);
    OptionalInt percent = fields.read("refuse-above-memory", this::percentage, OptionalInt.empty());
    return () -> new NewKeyBound(limits, ipv4, ipv6, percent);
  }

  private Optional<OptionalInt> percentage(Node node) {
    return scalars.read(node, "a percentage such as 80%", text -> OptionalInt.of(percentage(text)));
  }

  private static int percentage(String text) {
    Matcher matcher = PERCENTAGE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "found '%s', expected a percentage from 1%% to 99%%, such as 80%%"
              .formatted(Mistakes.shown(text)));
    }
    return Integer.parseInt(matcher.group(1));
  }

  // --- honeypots -------------------------------------------------------------------------------

  private Optional<Honeypots> honeypots(Node node) {
    return mapping(
        node,
        "honeypots such as { paths: [\"/wp-admin/**\"], ban: 1h }",
        HONEYPOT_FIELDS,
        this::honeypots);
  }

  private Supplier<Honeypots> honeypots(Fields fields) {
    int before = mistakes.count();
    List<PathPattern> paths =
        some(fields, "paths", "a path such as /wp-admin/**", PathPattern::parse);
    List<String> apiKeys = some(fields, "api-keys", "an API key", text -> text);
    List<String> users = some(fields, "users", "a user", text -> text);
    Optional<Duration> ban = positive(fields, "ban", "1h");
    if (mistakes.count() == before && paths.isEmpty() && apiKeys.isEmpty() && users.isEmpty()) {
      mistakes.add(fields.node(), "there is no honeypot; write paths, api-keys or users");
    }
    return () ->
        new Honeypots(paths, new HashSet<>(apiKeys), new HashSet<>(users), ban.orElseThrow());
  }

  private <T> List<T> some(
      Fields fields, String name, String expected, Function<String, T> reader) {
    return fields.get(name).map(node -> scalars.some(node, expected, reader)).orElse(List.of());
  }

  // --- bans ------------------------------------------------------------------------------------

  private Optional<BanPolicy> bans(Node node) {
    return mapping(
        node,
        "bans such as { after: 10, within: 1m, first: 1m, longest: 1d }",
        BAN_FIELDS,
        this::bans);
  }

  private Supplier<BanPolicy> bans(Fields fields) {
    Optional<Long> after =
        fields
            .require("after", "after: 10")
            .flatMap(number -> scalars.number(number, 2, Integer.MAX_VALUE));
    Optional<Duration> within = positive(fields, "within", "1min");
    Optional<Duration> first = positive(fields, "first", "1min");
    Optional<Duration> longest = positive(fields, "longest", "1day");
    if (first.isPresent() && longest.isPresent() && longest.get().compareTo(first.get()) < 0) {
      mistakes.add(
          fields.get("longest").orElseThrow(),
          "the longest ban is %s; it must be at least as long as the first, %s"
              .formatted(DurationText.of(longest.get()), DurationText.of(first.get())));
    }
    return () ->
        new BanPolicy(
            after.orElseThrow().intValue(),
            within.orElseThrow(),
            first.orElseThrow(),
            longest.orElseThrow());
  }

  private Optional<Duration> positive(Fields fields, String name, String example) {
    Optional<Node> node = fields.require(name, name + ": " + example);
    Optional<Duration> duration = node.flatMap(scalars::duration);
    if (duration.filter(Duration::isZero).isPresent()) {
      mistakes.add(node.orElseThrow(), "found a duration of zero, expected a longer one");
      return Optional.empty();
    }
    return duration;
  }
}
