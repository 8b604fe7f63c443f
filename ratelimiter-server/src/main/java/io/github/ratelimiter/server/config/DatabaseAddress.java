package io.github.ratelimiter.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Where PostgreSQL is, and how to log in. Immutable. No message and no text has the password. */
public final class DatabaseAddress {
  private static final String JDBC = "jdbc:postgresql:";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final String url;
  private final @Nullable String user;
  private final @Nullable String password;

  private DatabaseAddress(String url, @Nullable String user, @Nullable String password) {
    this.url = url;
    this.user = user;
    this.password = password;
  }

  /**
   * Reads an address.
   *
   * @param uri {@code jdbc:postgresql://host/database}, or {@code
   *     postgresql://user:password@host/database}
   * @param user comes before the user in the URI
   * @param password comes before the password in the URI
   * @throws IllegalArgumentException if it is no such URI
   */
  public static DatabaseAddress parse(
      String uri, @Nullable String user, @Nullable String password) {
    DatabaseAddress address = uri.startsWith(JDBC) ? new DatabaseAddress(uri, null, null) : of(uri);
    DatabaseAddress complete =
        new DatabaseAddress(
            address.url,
            user != null ? user : address.user,
            password != null ? password : address.password);
    complete.dataSource();
    return complete;
  }

  private static DatabaseAddress of(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw mistake();
    }
    boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    String authority = uri.getRawAuthority();
    if (!known || authority == null || authority.isEmpty()) {
      throw mistake();
    }
    int at = authority.lastIndexOf('@');
    String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new DatabaseAddress(
        "jdbc:postgresql://" + authority.substring(at + 1) + path + query,
        login.length > 0 ? decoded(login[0]) : null,
        login.length > 1 ? decoded(login[1]) : null);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException mistake() {
    return new IllegalArgumentException(
        "expected jdbc:postgresql://host/database or postgresql://user@host/database");
  }

  /** Returns what makes connections. */
  public PGSimpleDataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
    dataSource.setLoginTimeout((int) CONNECT_TIMEOUT.toSeconds());
    dataSource.setTcpKeepAlive(true);
    dataSource.setApplicationName("ratelimiter-server");
    try {
      dataSource.setURL(url);
    } catch (IllegalArgumentException e) { // Its message has the URL, which may have a password.
      throw mistake();
    }
    if (user != null) {
      dataSource.setUser(user);
    }
    if (password != null) {
      dataSource.setPassword(password);
    }
    return dataSource;
  }

  /** Returns the servers and the database. */
  @Override
  public String toString() {
    PGSimpleDataSource dataSource = dataSource();
    return "PostgreSQL at %s/%s"
        .formatted(String.join(",", dataSource.getServerNames()), dataSource.getDatabaseName());
  }
}
