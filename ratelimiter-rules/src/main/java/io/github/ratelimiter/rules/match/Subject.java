package io.github.ratelimiter.rules.match;

import io.github.ratelimiter.net.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * What rules know of one request. Not thread-safe: one thread evaluates a request. Implementations
 * compute a value when it is asked for, and at most once.
 */
public interface Subject {
  /**
   * Returns the method.
   *
   * @return for example {@code GET}
   */
  String method();

  /**
   * Returns the path in all forms under which the application may see it.
   *
   * @return one form, or several if servers disagree on the path
   */
  NormalPath path();

  /**
   * Returns the values of a header.
   *
   * @param name the name, in any case
   * @return an empty list if there is no such header
   */
  List<String> headers(String name);

  /**
   * Returns the decoded values of a parameter of the query.
   *
   * @param name the decoded name
   * @return an empty list if there is no such parameter
   */
  List<String> parameters(String name);

  /**
   * Returns the authenticated user.
   *
   * @return empty for an anonymous request
   */
  Optional<String> user();

  /**
   * Returns the API key, if it is known.
   *
   * @return empty without a known API key
   */
  Optional<String> apiKey();

  /**
   * Returns the API key that the request has, whether or not it is known. Anybody can send any.
   *
   * @return empty without an API key
   */
  Optional<String> sentApiKey();

  /**
   * Returns the tier.
   *
   * @return empty if the application knows no tier
   */
  Optional<String> tier();

  /**
   * Returns the address of the client.
   *
   * @return empty if the connection has none
   */
  Optional<IpAddress> address();

  /**
   * Returns an attribute that the application sets or resolves.
   *
   * @param name the name
   * @return empty if there is no such attribute
   */
  Optional<Object> attribute(String name);

  /**
   * Returns how often the request counts. What it takes under a rule is multiplied by it.
   *
   * @return at least 1
   */
  long cost();

  /**
   * Returns this request once for each form of its path. A rule that exempts a request, or that a
   * stricter rule would follow, is safe only if it is found for every reading: {@code
   * /public/..%2Flogin} is below {@code /public} in one form, and {@code /login} in the other.
   *
   * @return at least one request; this request alone if its path has one form
   */
  default List<Subject> readings() {
    List<NormalPath> forms = path().forms();
    return forms.size() == 1
        ? List.of(this)
        : forms.stream().<Subject>map(form -> new Reading(this, form)).toList();
  }
}
