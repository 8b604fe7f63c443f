package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.IpAddress;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The address of a client")
class ClientAddressTest {
  private static final List<CidrBlock> PROXIES =
      Stream.of("10.0.0.0/8", "2001:db8:aaaa::/48").map(CidrBlock::parse).toList();

  private final ClientAddress xForwardedFor = ClientAddress.xForwardedFor(PROXIES);
  private final ClientAddress forwarded = ClientAddress.forwarded(PROXIES);

  private static String address(ClientAddress client, DescribedRequest request) {
    return client.of(request).map(IpAddress::toString).orElse("none");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "[2001:db8::1], 2001:db8::1",
    "fe80::1%eth0, fe80::1",
    "[fe80::1%eth0]:8080, fe80::1",
    "192.0.2.1:55000, 192.0.2.1",
    "localhost, none"
  })
  @DisplayName("is that of the connection by default, as containers write it")
  void connection(String written, String address) {
    DescribedRequest request =
        TestRequest.get("/")
            .withRemoteAddress(written)
            .withHeader("X-Forwarded-For", "198.51.100.7");
    assertThat(address(ClientAddress.ofConnection(), request)).isEqualTo(address);
  }

  @Test
  @DisplayName("does not exist on a Unix domain socket")
  void unixSocket() {
    DescribedRequest request = DescribedRequest.of("GET", "/");
    assertThat(address(ClientAddress.ofConnection(), request)).isEqualTo("none");
    assertThat(address(xForwardedFor, request.withHeader("X-Forwarded-For", "1.2.3.4")))
        .isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.9        | 198.51.100.7                           | 203.0.113.9
          10.0.0.2           | 198.51.100.7                           | 198.51.100.7
          10.0.0.2           | 1.2.3.4, 198.51.100.7                  | 198.51.100.7
          10.0.0.2           | 1.2.3.4, 198.51.100.7, 10.0.0.1        | 198.51.100.7
          10.0.0.2           | 1.2.3.4,198.51.100.7,10.0.0.1,10.9.9.9 | 198.51.100.7
          10.0.0.2           | 10.0.0.4, 10.0.0.3                     | 10.0.0.4
          10.0.0.2           | 198.51.100.7:4711                      | 198.51.100.7
          10.0.0.2           | [2001:db8::7]:4711                     | 2001:db8::7
          10.0.0.2           | 2001:db8::7                            | 2001:db8::7
          10.0.0.2           | ::ffff:198.51.100.7                    | 198.51.100.7
          ::ffff:10.0.0.2    | 198.51.100.7                           | 198.51.100.7
          2001:db8:aaaa::2   | 2001:db8:bbbb::7                       | 2001:db8:bbbb::7
          10.0.0.2           | 198.51.100.7, unknown                  | 10.0.0.2
          10.0.0.2           | 198.51.100.7, 010.0.0.1                | 10.0.0.2
          10.0.0.2           | 198.51.100.7, 10.0.0.1, rubbish        | 10.0.0.2
          10.0.0.2           | 198.51.100.7, rubbish, 10.0.0.1        | 10.0.0.1
          10.0.0.2           | 198.51.100.7, , 10.0.0.1,              | 198.51.100.7
          10.0.0.2           | ','                                    | 10.0.0.2
          """)
  @DisplayName("is the first in X-Forwarded-For, from the right, that is not a trusted proxy")
  void xForwardedFor(String connection, String header, String address) {
    DescribedRequest request =
        TestRequest.get("/").withRemoteAddress(connection).withHeader("X-Forwarded-For", header);
    assertThat(address(xForwardedFor, request)).isEqualTo(address);
  }

  @Test
  @DisplayName("is read across several lines of a header, the last one first")
  void lines() {
    DescribedRequest request =
        TestRequest.get("/")
            .withRemoteAddress("10.0.0.2")
            .withHeader("X-Forwarded-For", "1.2.3.4")
            .withHeader("x-forwarded-for", "198.51.100.7")
            .withHeader("X-Forwarded-For", "10.0.0.1");
    assertThat(address(xForwardedFor, request)).isEqualTo("198.51.100.7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          for=198.51.100.7                                      | 198.51.100.7
          For="198.51.100.7:4711";proto=https;by=10.0.0.1       | 198.51.100.7
          for="[2001:db8::7]:4711"                              | 2001:db8::7
          for=1.2.3.4, for=198.51.100.7, for=10.0.0.1           | 198.51.100.7
          proto=https ; for=198.51.100.7 ; host="a,b\\"c,;d"    | 198.51.100.7
          for="198.51.\\100.7"                                  | 198.51.100.7
          for=198.51.100.7, for=unknown                         | 10.0.0.2
          for=198.51.100.7, for="_hidden"                       | 10.0.0.2
          for=198.51.100.7, proto=https                         | 10.0.0.2
          for=2001:db8::7                                       | 10.0.0.2
          for=198.51.100.7;for=1.2.3.4                          | 10.0.0.2
          for="198.51.100.7                                     | 10.0.0.2
          198.51.100.7                                          | 10.0.0.2
          for=", for=198.51.100.7                               | 198.51.100.7
          for=1.2.3.4;x="a, for=198.51.100.7                    | 198.51.100.7
          """)
  @DisplayName("is the first in Forwarded, from the right, that is not a trusted proxy")
  void forwarded(String header, String address) {
    DescribedRequest request =
        TestRequest.get("/")
            .withRemoteAddress("10.0.0.2")
            .withHeader("Forwarded", header)
            .withHeader("X-Forwarded-For", "5.6.7.8");
    assertThat(address(forwarded, request)).isEqualTo(address);
  }

  @Test
  @DisplayName("is found in a very long header without reading all of it")
  void longHeader() {
    String invented = "1.2.3.4, ".repeat(1_000_000);
    DescribedRequest request =
        TestRequest.get("/")
            .withRemoteAddress("10.0.0.2")
            .withHeader("X-Forwarded-For", invented + "198.51.100.7");
    for (int i = 0; i < 10_000; i++) {
      assertThat(address(xForwardedFor, request)).isEqualTo("198.51.100.7");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("cannot be changed by what a client sends itself")
  void spoofed(boolean behindProxy) {
    for (int i = 0; i < 256; i++) {
      String invented = "198.51.100." + i;
      DescribedRequest request =
          TestRequest.get("/")
              .withRemoteAddress(behindProxy ? "10.0.0.2" : "203.0.113.9")
              .withHeader("X-Forwarded-For", behindProxy ? invented + ", 203.0.113.9" : invented)
              .withHeader("Forwarded", "for=" + invented)
              .withHeader("X-Real-IP", invented)
              .withHeader("True-Client-IP", invented);
      assertThat(address(xForwardedFor, request)).isEqualTo("203.0.113.9");
    }
  }

  @Test
  @DisplayName("needs to know the proxies")
  void noProxies() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientAddress.xForwardedFor(List.of()))
        .withMessageContaining("10.0.0.0/8");
  }

  @Test
  @DisplayName("1,000 logins from one /64 pass a limit of five five times")
  void rotation() {
    ManualTimeSource time = ManualTimeSource.create();
    RateLimiter logins =
        RateLimiter.builder()
            .policy("logins", "5/min")
            .store(LocalStateStore.builder().timeSource(time).build())
            .timeSource(time)
            .build();
    HttpLimiter http =
        HttpLimiter.builder().limit(logins, RequestKey.address(xForwardedFor)).build();
    long passed =
        Stream.iterate(1, i -> i + 1)
            .limit(1_000)
            .map(i -> "2001:db8:1:2:%x:%x::%x".formatted(i, 7 * i, i))
            .map(
                client ->
                    TestRequest.get("/login")
                        .withRemoteAddress("10.0.0.2")
                        .withHeader("X-Forwarded-For", client))
            .filter(request -> http.admit(request).allowed())
            .count();
    assertThat(passed).isEqualTo(5);
  }
}
