package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Finds what rules need to know of requests. Immutable; thread-safe if its functions are. */
public final class Subjects {
  final ClientAddress address;
  final Function<? super HttpRequest, Optional<String>> sentApiKey;
  final Predicate<? super String> knowsApiKey;
  final Function<? super HttpRequest, Optional<String>> tier;
  final BiFunction<? super HttpRequest, String, Optional<Object>> attributes;
  final ToLongFunction<? super HttpRequest> cost;
  final boolean ignoresCase;

  private Subjects(Builder settings) {
    this.address = settings.address;
    this.sentApiKey = settings.sentApiKey;
    this.knowsApiKey = settings.knowsApiKey;
    this.tier = settings.tier;
    this.attributes = settings.attributes;
    this.cost = settings.cost;
    this.ignoresCase = settings.ignoresCase;
  }

  /**
   * Returns a builder.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns what rules need to know of a request. A value is found when a rule asks for it.
   *
   * @param request the request
   * @return a subject for one thread
   */
  public Subject of(HttpRequest request) {
    return new RequestSubject(request, this);
  }

  /** Builds {@link Subjects}. Not thread-safe. */
  public static final class Builder {
    private ClientAddress address = ClientAddress.ofConnection();
    private Function<? super HttpRequest, Optional<String>> sentApiKey =
        request -> Optional.empty();
    private Predicate<? super String> knowsApiKey = apiKey -> false;
    private Function<? super HttpRequest, Optional<String>> tier =
        request -> request.attribute("tier").map(String::valueOf);
    private BiFunction<? super HttpRequest, String, Optional<Object>> attributes =
        HttpRequest::attribute;
    private ToLongFunction<? super HttpRequest> cost = request -> 1;
    private boolean ignoresCase;

    private Builder() {}

    /**
     * Sets how the address of a client is found. Default: that of the connection.
     *
     * @param address finds the address
     * @return this
     */
    public Builder address(ClientAddress address) {
      this.address = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Sets where the API key of a request is. Default: requests have no API keys.
     *
     * @param header the name of the header, for example {@code X-API-Key}
     * @param isKnown whether an API key is valid; one that is not known counts as none
     * @return this
     */
    public Builder apiKey(String header, Predicate<? super String> isKnown) {
      Objects.requireNonNull(header, "header");
      this.knowsApiKey = Objects.requireNonNull(isKnown, "isKnown");
      this.sentApiKey = request -> request.header(header).filter(key -> !key.isEmpty());
      return this;
    }

    /**
     * Sets how the tier of a request is found. Default: the attribute {@code tier} of the request.
     *
     * @param tier returns the tier
     * @return this
     */
    public Builder tier(Function<? super HttpRequest, Optional<String>> tier) {
      this.tier = Objects.requireNonNull(tier, "tier");
      return this;
    }

    /**
     * Sets how attributes are found. Default: the attributes of the request.
     *
     * @param attributes returns an attribute by its name
     * @return this
     */
    public Builder attributes(
        BiFunction<? super HttpRequest, String, Optional<Object>> attributes) {
      this.attributes = Objects.requireNonNull(attributes, "attributes");
      return this;
    }

    /**
     * Sets how often a request counts. Default: once.
     *
     * @param cost returns a number; one below 1 counts as 1
     * @return this
     */
    public Builder cost(ToLongFunction<? super HttpRequest> cost) {
      this.cost = Objects.requireNonNull(cost, "cost");
      return this;
    }

    /**
     * Sets that paths match in any case, for an application that ignores it. Default: the case
     * matters.
     *
     * @return this
     */
    public Builder ignoreCaseOfPaths() {
      this.ignoresCase = true;
      return this;
    }

    /**
     * Returns the subjects.
     *
     * @return finds what these settings say
     */
    public Subjects build() {
      return new Subjects(this);
    }
  }
}
