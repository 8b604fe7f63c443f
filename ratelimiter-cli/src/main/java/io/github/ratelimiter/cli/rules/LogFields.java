package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.log.Line;

/** Notes which fields the requests of a log have. A log has a field if one of its lines does. */
final class LogFields {
  static final String USER_AGENT = "User-Agent";

  private long hostNames;
  private boolean hasAddress;
  private boolean hasMethod;
  private boolean hasPath;
  private boolean hasUser;
  private boolean hasAgent;
  private boolean hasStatus;

  void add(Line.Request line) {
    boolean isAddress = isAddress(line.ip());
    hasAddress |= isAddress;
    hostNames += isAddress ? 0 : 1;
    hasMethod |= !line.method().equals(Line.MISSING);
    hasPath |= !line.path().equals(Line.MISSING);
    hasUser |= !line.user().equals(Line.MISSING);
    hasAgent |= !line.agent().equals(Line.MISSING);
    hasStatus |= line.status() != Line.NO_STATUS;
  }

  /** A server that resolves addresses logs names of hosts instead; the last label has a letter. */
  private static boolean isAddress(String client) {
    return client.indexOf(':') >= 0 || Character.isDigit(client.charAt(client.length() - 1));
  }

  /** Returns the number of requests with the name of a host instead of an address. */
  long hostNames() {
    return hostNames;
  }

  boolean hasAddress() {
    return hasAddress;
  }

  boolean hasMethod() {
    return hasMethod;
  }

  boolean hasPath() {
    return hasPath;
  }

  boolean hasUser() {
    return hasUser;
  }

  boolean hasStatus() {
    return hasStatus;
  }

  boolean hasHeader(String name) {
    return hasAgent && name.equalsIgnoreCase(USER_AGENT);
  }
}
