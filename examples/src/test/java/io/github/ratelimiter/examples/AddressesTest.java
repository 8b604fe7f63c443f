package io.github.ratelimiter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.Policy;
import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.local.LocalStateStore;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.CidrMap;
import io.github.ratelimiter.net.IpAddress;
import io.github.ratelimiter.testkit.ManualTimeSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private final LocalStateStore store =
      LocalStateStore.builder().timeSource(ManualTimeSource.create()).build();

  @Test
  void howDoIUseAnAddressAsAKey() {
    RateLimiter logins = RateLimiter.of("login", "5/min", store);
    String key = IpAddress.parse("::ffff:192.0.2.1").clientKey(); // 192.0.2.1

    assertThat(logins.tryAcquire(key).allowed()).isTrue();
    assertThat(IpAddress.parse("2001:db8:0:7::1").clientKey()).isEqualTo("2001:db8:0:7::/64");
  }

  @Test
  void whatIfAClientUsesManyAddressesOfItsNetwork() {
    RateLimiter logins = RateLimiter.of("login", "5/min", store);
    int allowed = 0;
    for (int i = 0; i < 1_000; i++) {
      String address = "2001:db8:0:7::" + Integer.toHexString(i + 1);
      if (logins.tryAcquire(IpAddress.parse(address).clientKey()).allowed()) {
        allowed++;
      }
    }
    assertThat(allowed).isEqualTo(5);
  }

  @Test
  void howDoIGiveANetworkItsOwnPolicy() {
    CidrMap<Policy> networks =
        CidrMap.of(
            Map.of(
                CidrBlock.parse("0.0.0.0/0"), Policy.parse("outside", "100/min"),
                CidrBlock.parse("10.0.0.0/8"), Policy.parse("inside", "10000/min")));

    assertThat(networks.find(IpAddress.parse("10.1.2.3")).orElseThrow().name()).isEqualTo("inside");
  }
}
