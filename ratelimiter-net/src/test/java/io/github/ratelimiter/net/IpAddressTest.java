package io.github.ratelimiter.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An address")
class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::FFFF:c000:0201, 192.0.2.1",
    "0:0:0:0:0:ffff:192.0.2.1, 192.0.2.1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "::, ::",
    "::1, ::1",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201"
  })
  @DisplayName("has one canonical form, however it is written")
  void canonical(String written, String canonical) {
    assertThat(IpAddress.parse(written)).hasToString(canonical);
    assertThat(IpAddress.parse(written)).isEqualTo(IpAddress.parse(canonical));
    assertThat(IpAddress.parse(written)).hasSameHashCodeAs(IpAddress.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1.2",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "010.1.1.1",
        "1.1.1.01",
        "0x7f.1.1.1",
        "0x7f000001",
        "2130706433",
        "1.2.3.*",
        "1.2.3.4-5",
        "*",
        "localhost",
        "example.org",
        "192.0.2.1:80",
        "[2001:db8::1]",
        "2001:db8::1/64",
        "192.0.2.0/24",
        "fe80::1%eth0",
        "2001:db8:::1",
        "2001:db8::1::2",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::1",
        "00001::1",
        "::ffff:010.1.1.1",
        "::ffff:1.2",
        " 192.0.2.1",
        "192.0.2.1 ",
        "192.0.2.1\n",
        "\u0661.1.1.1",
        "1.1.1.1,2.2.2.2",
        "unknown",
        "_hidden"
      })
  @DisplayName("is refused if it is anything else")
  void refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse(text))
        .withMessage("'" + text + "' is not an address; write 192.0.2.1 or 2001:db8::1");
    assertThat(IpAddress.tryParse(text)).isEmpty();
  }

  @Test
  @DisplayName("that is very long is refused without being repeated in the message")
  void veryLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse("1".repeat(100_000)))
        .withMessageContaining("1...'")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(120));
  }

  @Test
  @DisplayName("of a socket has no zone, and is IPv4 where it can be")
  void ofSocket() throws UnknownHostException {
    byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
    assertThat(IpAddress.of(java.net.Inet6Address.getByAddress("name", linkLocal, 3)))
        .hasToString("fe80::1");
    assertThat(IpAddress.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})))
        .hasToString("127.0.0.1");
    assertThat(IpAddress.parse("2001:db8::1").isIpv6()).isTrue();
    assertThat(IpAddress.parse("::ffff:192.0.2.1").isIpv6()).isFalse();
  }

  @Test
  @DisplayName("is what the Java platform reads, for random addresses in any notation")
  void asThePlatform() throws UnknownHostException {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      for (int zeros = random.nextInt(bytes.length); zeros > 0; zeros--) {
        bytes[random.nextInt(bytes.length)] = 0;
      }
      InetAddress expected = InetAddress.getByAddress(bytes);
      IpAddress read = IpAddress.parse(expected.getHostAddress());
      assertThat(read).isEqualTo(IpAddress.of(expected));
      assertThat(InetAddress.getByName(read.toString())).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("of a client with IPv6 counts as its network: 1,000 addresses of a /64 are one key")
  void clientKey() {
    long keys =
        new Random(1)
            .ints(1_000)
            .mapToObj(i -> "2001:db8:0:7:" + Integer.toHexString(i & 0xffff) + "::" + (i & 7))
            .map(text -> IpAddress.parse(text).clientKey())
            .distinct()
            .count();
    assertThat(keys).isOne();
    assertThat(IpAddress.parse("2001:db8:0:7::9").clientKey()).isEqualTo("2001:db8:0:7::/64");
    assertThat(IpAddress.parse("::ffff:192.0.2.1").clientKey()).isEqualTo("192.0.2.1");
    assertThat(IpAddress.parse("192.0.2.77").network(24, 56)).hasToString("192.0.2.0/24");
    assertThat(IpAddress.parse("2001:db8::77").network(24, 0)).hasToString("::/0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse("::1").network(33, 64))
        .withMessage("the prefix has 33 bits; it must have 0 to 32");
  }
}
