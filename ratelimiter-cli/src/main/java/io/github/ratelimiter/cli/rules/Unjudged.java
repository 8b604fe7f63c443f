package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.Numbers;
import io.github.ratelimiter.rules.KeyPart;
import io.github.ratelimiter.rules.ListEntry;
import io.github.ratelimiter.rules.Rule;
import io.github.ratelimiter.rules.RuleCost;
import io.github.ratelimiter.rules.RuleSet;
import io.github.ratelimiter.rules.match.Condition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds what a preview cannot judge, because the log does not have a field that rules need. */
final class Unjudged {
  private final LogFields log;
  private final Set<String> notes = new LinkedHashSet<>();

  private Unjudged(LogFields log) {
    this.log = log;
  }

  /** Returns sentences about the rules of a preview; what holds for both sets is there once. */
  static List<String> of(Preview preview) {
    Unjudged unjudged = new Unjudged(preview.fields());
    Stream.concat(Stream.of(preview.after()), preview.before().stream()).forEach(unjudged::add);
    unjudged.hostNames();
    return List.copyOf(unjudged.notes);
  }

  private void add(RuleSet set) {
    Preview.activeRules(set).forEach(this::add);
    long users = set.overrides().size() + clients(set, ListEntry.User.class);
    if (users > 0 && !log.hasUser()) {
      notes.add(
          Numbers.count(users, "entry for users has", "entries for users have")
              + " no effect: the log has no user");
    }
    long apiKeys = clients(set, ListEntry.ApiKey.class);
    if (apiKeys > 0) {
      notes.add(
          Numbers.count(apiKeys, "entry for API keys has", "entries for API keys have")
              + " no effect: the log has no API key");
    }
  }

  /** If there are no addresses at all, each rule that needs them has been named already. */
  private void hostNames() {
    if (log.hasAddress() && log.hostNames() > 0) {
      notes.add(
          Numbers.count(log.hostNames(), "request has", "requests have")
              + " the name of a host and no address: nothing that needs an address counts them");
    }
  }

  private static long clients(RuleSet set, Class<? extends ListEntry.ClientId> kind) {
    return Stream.concat(set.deny().stream(), set.allow().stream())
        .filter(entry -> kind.isInstance(entry.client()))
        .count();
  }

  private void add(Rule rule) {
    Set<String> missing = new LinkedHashSet<>();
    rule.key().forEach(part -> missing(part).ifPresent(missing::add));
    addMissing(rule.match(), missing);
    if (!missing.isEmpty()) {
      note(rule, "cannot be judged", String.join(", ", missing));
      return;
    }
    if (rule.key().contains(new KeyPart(KeyPart.Kind.CLIENT)) && !log.hasUser()) {
      note(rule, "counts clients by address", "API key, user");
    }
    if (!rule.tiers().isEmpty()) {
      note(rule, "is judged without its tiers", "tier");
    }
    if (!rule.countedStatuses().isEmpty() && !log.hasStatus()) {
      note(rule, "counts every request", "status of responses");
    }
    if (rule.cost() instanceof RuleCost.FromAttribute cost) {
      note(rule, "is judged with a cost of 1", "attribute '" + cost.name() + "'");
    }
  }

  private void note(Rule rule, String what, String missing) {
    notes.add("rule '%s' %s: the log has no %s".formatted(rule.id(), what, missing));
  }

  private Optional<String> missing(KeyPart part) {
    return switch (part.kind()) {
      case USER -> unless(log.hasUser(), "user");
      case API_KEY -> Optional.of("API key");
      case TIER -> Optional.of("tier");
      case HEADER -> header(part.name());
      case ATTRIBUTE -> Optional.of("attribute '" + part.name() + "'");
      case IP, CLIENT -> unless(log.hasAddress() || log.hasUser(), "address");
      case METHOD -> unless(log.hasMethod(), "method");
      case QUERY, ENDPOINT -> unless(log.hasPath(), "path");
      case GLOBAL -> Optional.empty();
    };
  }

  private void addMissing(Condition condition, Set<String> missing) {
    if (condition instanceof Condition.All all) {
      all.conditions().forEach(each -> addMissing(each, missing));
    } else if (condition instanceof Condition.Not not) {
      addMissing(not.condition(), missing);
    } else {
      missing(condition).ifPresent(missing::add);
    }
  }

  private Optional<String> missing(Condition condition) {
    if (condition instanceof Condition.User) {
      return unless(log.hasUser(), "user");
    } else if (condition instanceof Condition.ApiKey) {
      return Optional.of("API key");
    } else if (condition instanceof Condition.Tier) {
      return Optional.of("tier");
    } else if (condition instanceof Condition.Header header) {
      return header(header.name());
    } else if (condition instanceof Condition.Attribute attribute) {
      return Optional.of("attribute '" + attribute.name() + "'");
    } else if (condition instanceof Condition.Address) {
      return unless(log.hasAddress(), "address");
    } else if (condition instanceof Condition.Method) {
      return unless(log.hasMethod(), "method");
    }
    return unless(log.hasPath(), "path");
  }

  private Optional<String> header(String name) {
    return unless(log.hasHeader(name), "header " + name);
  }

  private static Optional<String> unless(boolean has, String field) {
    return has ? Optional.empty() : Optional.of(field);
  }
}
