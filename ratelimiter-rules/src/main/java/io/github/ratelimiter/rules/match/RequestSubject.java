package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.net.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request of an HTTP server. A value is found when it is asked for, and then kept. */
final class RequestSubject implements Subject {
  private final HttpRequest request;
  private final Subjects subjects;
  private final Lazy<NormalPath> path;
  private final Lazy<QueryParameters> query;
  private final Lazy<Optional<String>> user;
  private final Lazy<Optional<String>> apiKey;
  private final Lazy<Optional<String>> tier;
  private final Lazy<Optional<IpAddress>> address;
  private final Map<String, List<String>> headers = new HashMap<>();
  private final Map<String, Optional<Object>> attributes = new HashMap<>();

  RequestSubject(HttpRequest request, Subjects subjects) {
    this.request = request;
    this.subjects = subjects;
    this.path =
        new Lazy<>(
            () ->
                subjects.ignoresCase
                    ? NormalPath.ignoringCase(request.path())
                    : NormalPath.of(request.path()));
    this.query = new Lazy<>(() -> QueryParameters.parse(request.query().orElse("")));
    this.user = new Lazy<>(request::user);
    this.apiKey = new Lazy<>(() -> sentApiKey().filter(subjects.knowsApiKey));
    this.tier = new Lazy<>(() -> subjects.tier.apply(request));
    this.address = new Lazy<>(() -> subjects.address.of(request));
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public NormalPath path() {
    return path.get();
  }

  @Override
  public List<String> headers(String name) {
    return headers.computeIfAbsent(name, request::headers);
  }

  @Override
  public List<String> parameters(String name) {
    return query.get().values(name);
  }

  @Override
  public Optional<String> user() {
    return user.get();
  }

  @Override
  public Optional<String> apiKey() {
    return apiKey.get();
  }

  @Override
  public Optional<String> sentApiKey() {
    return subjects.sentApiKey.apply(request);
  }

  @Override
  public Optional<String> tier() {
    return tier.get();
  }

  @Override
  public Optional<IpAddress> address() {
    return address.get();
  }

  @Override
  public long cost() {
    return Math.max(subjects.cost.applyAsLong(request), 1);
  }

  @Override
  public Optional<Object> attribute(String name) {
    return attributes.computeIfAbsent(name, n -> subjects.attributes.apply(request, n));
  }
}
