package io.github.ratelimiter.http;

import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.CidrMap;
import io.github.ratelimiter.net.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds the address of a client. Immutable and thread-safe.
 *
 * <p>A header with addresses is worth as much as the proxy that wrote it: a client can send one
 * itself. Each proxy appends the address of its own client. So the header is read from the right,
 * as long as the address is that of a trusted proxy. The first address that is not is the client.
 * What stands to its left may be invented.
 *
 * <pre>{@code
 * ClientAddress.xForwardedFor(List.of(CidrBlock.parse("10.0.0.0/8")))
 *
 * connection from   X-Forwarded-For                     client
 * 203.0.113.9       198.51.100.7                        203.0.113.9   (no trusted proxy)
 * 10.0.0.2          198.51.100.7                        198.51.100.7
 * 10.0.0.2          1.2.3.4, 198.51.100.7, 10.0.0.1     198.51.100.7  (1.2.3.4 is invented)
 * }</pre>
 *
 * <p>An entry that is no address ends the search: the client is the last trusted proxy. If all
 * entries are trusted proxies, it is the leftmost.
 */
public final class ClientAddress {
  private static final ClientAddress OF_CONNECTION = new ClientAddress(List.of(), "");
  private static final String X_FORWARDED_FOR = "X-Forwarded-For";
  private static final String FORWARDED = "Forwarded";

  private final List<CidrBlock> trustedProxies;
  private final CidrMap<CidrBlock> trusted;
  private final String header;

  private ClientAddress(Collection<CidrBlock> trustedProxies, String header) {
    this.trustedProxies = List.copyOf(trustedProxies);
    this.trusted = CidrMap.of(trustedProxies);
    this.header = header;
  }

  /**
   * Returns the address of the connection. This is right if there is no proxy before the server, or
   * if the container evaluates the headers of its proxies itself.
   *
   * @return the address of {@link HttpRequest#remoteAddress}
   */
  public static ClientAddress ofConnection() {
    return OF_CONNECTION;
  }

  /**
   * Returns the address that trusted proxies have written into {@code X-Forwarded-For}. The proxies
   * must append to the header or replace it; other headers are ignored.
   *
   * @param trustedProxies the addresses of the proxies, and nothing but proxies
   * @return an address of a client
   * @throws IllegalArgumentException if there are no proxies
   */
  public static ClientAddress xForwardedFor(Collection<CidrBlock> trustedProxies) {
    return behind(trustedProxies, X_FORWARDED_FOR);
  }

  /**
   * Returns the address that trusted proxies have written into {@code Forwarded} (RFC 7239). The
   * proxies must append to the header or replace it; other headers are ignored.
   *
   * @param trustedProxies the addresses of the proxies, and nothing but proxies
   * @return an address of a client
   * @throws IllegalArgumentException if there are no proxies
   */
  public static ClientAddress forwarded(Collection<CidrBlock> trustedProxies) {
    return behind(trustedProxies, FORWARDED);
  }

  private static ClientAddress behind(Collection<CidrBlock> trustedProxies, String header) {
    if (trustedProxies.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no trusted proxies; name their blocks, for example 10.0.0.0/8, or use"
              + " ofConnection()");
    }
    return new ClientAddress(trustedProxies, header);
  }

  /**
   * Returns the addresses of the trusted proxies.
   *
   * @return empty if the address is that of the connection
   */
  public List<CidrBlock> trustedProxies() {
    return trustedProxies;
  }

  /**
   * Returns the address of the client.
   *
   * @param request the request
   * @return empty if the connection has no address, as one over a Unix domain socket
   */
  public Optional<IpAddress> of(HttpRequest request) {
    Optional<IpAddress> connection = request.remoteAddress().flatMap(NodeName::address);
    return header.isEmpty() || connection.isEmpty()
        ? connection
        : Optional.of(behindProxies(request, connection.get()));
  }

  private IpAddress behindProxies(HttpRequest request, IpAddress connection) {
    IpAddress client = connection;
    if (!trusted.contains(client)) {
      return client;
    }
    List<String> lines = request.headers(header);
    for (int i = lines.size() - 1; i >= 0; i--) {
      FromTheRight entries = new FromTheRight(lines.get(i));
      while (entries.hasNext()) {
        String entry = entries.next();
        if (entry.isBlank()) {
          continue;
        }
        Optional<IpAddress> next = read(entry);
        if (next.isEmpty()) {
          return client;
        }
        client = next.get();
        if (!trusted.contains(client)) {
          return client;
        }
      }
    }
    return client;
  }

  private Optional<IpAddress> read(String entry) {
    return header.equals(FORWARDED)
        ? ForwardedElement.forParameter(entry).flatMap(NodeName::address)
        : NodeName.address(entry);
  }

  /** Returns a text for people. */
  @Override
  public String toString() {
    return header.isEmpty()
        ? "the address of the connection"
        : "the address in " + header + ", behind " + trusted;
  }
}
