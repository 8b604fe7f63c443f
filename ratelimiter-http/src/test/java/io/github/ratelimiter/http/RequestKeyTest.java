package io.github.ratelimiter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ratelimiter.Key;
import io.github.ratelimiter.observe.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The key of a request")
class RequestKeyTest {
  private static String key(RequestKey key, HttpRequest request) {
    return key.of(request).map(Key::text).orElse("none");
  }

  private final RequestKey client =
      RequestKey.apiKey("X-API-Key", Set.of("k1", "k2")::contains)
          .orElse(RequestKey.user())
          .orElse(RequestKey.address(ClientAddress.ofConnection()));

  @Test
  @DisplayName("is the API key, else the user, else the address")
  void precedence() {
    DescribedRequest request = TestRequest.get("/");
    assertThat(key(client, request)).isEqualTo("ip:192.0.2.1");
    assertThat(key(client, request.withUser("42"))).isEqualTo("user:42");
    assertThat(key(client, request.withUser("42").withHeader("x-api-key", "k1")))
        .isEqualTo("api-key:k1");
  }

  @Test
  @DisplayName("is not an API key that nobody knows")
  void unknownApiKey() {
    for (int i = 0; i < 100; i++) {
      DescribedRequest request = TestRequest.get("/").withHeader("X-API-Key", "invented" + i);
      assertThat(key(client, request)).isEqualTo("ip:192.0.2.1");
    }
    assertThat(key(client, TestRequest.get("/").withHeader("X-API-Key", "")))
        .isEqualTo("ip:192.0.2.1");
    assertThat(
            key(RequestKey.apiKey("X-API-Key"), TestRequest.get("/").withHeader("X-API-Key", "x")))
        .isEqualTo("api-key:x");
  }

  @Test
  @DisplayName("is an attribute that the application has set, and never a header that says so")
  void attribute() {
    RequestKey tenant = RequestKey.attribute("jwt.tenant", "tenant");
    assertThat(key(tenant, TestRequest.get("/").withHeader("jwt.tenant", "7"))).isEqualTo("none");
    assertThat(key(tenant, TestRequest.get("/").withAttribute("jwt.tenant", 7)))
        .isEqualTo("tenant:7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestKey.attribute("jwt.tenant", "Tenant"));
  }

  @Test
  @DisplayName("has parts that cannot spell each other")
  void parts() {
    RequestKey both = RequestKey.user().and(RequestKey.endpoint());
    assertThat(key(both, TestRequest.get("/pay").withUser("42")))
        .isEqualTo("user:42|endpoint:/pay");
    assertThat(key(both, TestRequest.get("/pay"))).isEqualTo("none");
    assertThat(key(both, TestRequest.get("/x").withUser("42|endpoint:/pay")))
        .isEqualTo("user:42\\|endpoint:/pay|endpoint:/x");
    assertThat(key(RequestKey.global(), TestRequest.get("/"))).isEqualTo("global");
  }

  @Test
  @DisplayName("is the network of an IPv6 address")
  void network() {
    DescribedRequest ipv6 = TestRequest.get("/").withRemoteAddress("2001:db8:1:2:3::4");
    ClientAddress address = ClientAddress.ofConnection();
    assertThat(key(RequestKey.address(address), ipv6)).isEqualTo("ip:2001:db8:1:2::/64");
    assertThat(key(RequestKey.address(address, 24, 48), ipv6)).isEqualTo("ip:2001:db8:1::/48");
    assertThat(key(RequestKey.address(address, 24, 48), TestRequest.get("/")))
        .isEqualTo("ip:192.0.2.0/24");
  }

  @Test
  @DisplayName("reaches the store as a keyed hash, if that is wanted")
  void hashed() {
    KeyHash hash =
        KeyHash.withSecret("a secret of 16 bytes or more".getBytes(StandardCharsets.UTF_8));
    String key = key(client.hashed(hash), TestRequest.get("/").withUser("42"));
    assertThat(key).matches("hashed:[0-9a-f]{32}").isEqualTo("hashed:" + hash.of("user:42"));
    assertThat(key(RequestKey.user().hashed(hash), TestRequest.get("/"))).isEqualTo("none");
  }
}
