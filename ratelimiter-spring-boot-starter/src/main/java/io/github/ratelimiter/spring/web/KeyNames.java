package io.github.ratelimiter.spring.web;

import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.spring.ApiKeys;
import io.github.ratelimiter.spring.RateLimiterProperties.Web;
import io.github.ratelimiter.spring.RequestPhase;
import io.github.ratelimiter.spring.failure.InvalidSettingException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys that properties can name: those that are built in, and beans. */
final class KeyNames {
  private static final List<String> BUILT_IN =
      List.of("api-key", "user", "ip", "endpoint", "global");

  private final Web web;
  private final Map<String, RequestKey> beans;
  private final @Nullable ApiKeys apiKeys;

  KeyNames(Web web, Map<String, RequestKey> beans, @Nullable ApiKeys apiKeys) {
    this.web = web;
    this.beans = beans;
    this.apiKeys = apiKeys;
  }

  /**
   * Returns the first of some keys that a request has.
   *
   * @param names for example {@code user+endpoint} and {@code ip}
   * @param property where they are configured
   */
  RequestKey firstOf(List<String> names, String property) {
    return names.stream()
        .map(name -> composite(name, property))
        .reduce(RequestKey::orElse)
        .orElseThrow(
            () ->
                InvalidSettingException.ofProperty(
                    property, names, "it is empty", "Use one or more of " + known() + "."));
  }

  /**
   * Returns when a limit with some keys is decided: before Spring Security, unless one of them may
   * need what Spring Security finds out.
   */
  RequestPhase phaseOf(List<String> names) {
    return parts(names).allMatch(this::isKnownBeforeSecurity)
        ? RequestPhase.BEFORE_SECURITY
        : RequestPhase.AFTER_SECURITY;
  }

  boolean containUser(List<String> names) {
    return parts(names).anyMatch(name -> name.equals("user") && !beans.containsKey(name));
  }

  private static Stream<String> parts(List<String> names) {
    return names.stream().flatMap(name -> Stream.of(name.split("\\+", -1))).map(String::strip);
  }

  private boolean isKnownBeforeSecurity(String name) {
    return !beans.containsKey(name)
        && !name.equals("user")
        && (!name.equals("api-key") || apiKeys != null);
  }

  private RequestKey composite(String names, String property) {
    return Stream.of(names.split("\\+", -1))
        .map(name -> single(name.strip(), property))
        .reduce(RequestKey::and)
        .orElseThrow();
  }

  private RequestKey single(String name, String property) {
    RequestKey bean = beans.get(name);
    if (bean != null) {
      return bean;
    }
    return switch (name) {
      case "api-key" -> apiKey(property);
      case "user" -> RequestKey.user();
      case "ip" -> RequestKey.address(ClientAddresses.of(web));
      case "endpoint" -> RequestKey.endpoint();
      case "global" -> RequestKey.global();
      default ->
          throw InvalidSettingException.ofProperty(
              property,
              name,
              "there is no such key",
              "Use one of "
                  + known()
                  + ", or declare a bean of the type RequestKey named '"
                  + name
                  + "'.");
    };
  }

  private String known() {
    TreeSet<String> all = new TreeSet<>(BUILT_IN);
    all.addAll(beans.keySet());
    return String.join(", ", all);
  }

  private RequestKey apiKey(String property) {
    String header = web.apiKey().header();
    if (apiKeys != null) {
      return RequestKey.apiKey(header, apiKeys::isKnown);
    }
    if (web.apiKey().verified()) {
      return RequestKey.apiKey(header);
    }
    throw InvalidSettingException.ofProperty(
        property,
        "api-key",
        "nothing verifies API keys, so a client could invent one for each request",
        "Declare a bean of the type ApiKeys. If API keys are verified before the filter, for example"
            + " by Spring Security, set ratelimiter.web.api-key.verified=true.");
  }
}
