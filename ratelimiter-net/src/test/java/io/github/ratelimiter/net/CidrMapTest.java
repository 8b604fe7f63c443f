package io.github.ratelimiter.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A map of CIDR blocks")
class CidrMapTest {
  @Test
  @DisplayName("finds the smallest block that contains an address")
  void longestPrefix() {
    CidrMap<String> map =
        CidrMap.of(
            Map.of(
                CidrBlock.parse("0.0.0.0/0"), "everybody",
                CidrBlock.parse("10.0.0.0/8"), "inside",
                CidrBlock.parse("10.1.2.0/24"), "a subnet",
                CidrBlock.parse("10.1.2.3"), "a machine",
                CidrBlock.parse("2001:db8::/32"), "documentation"));
    assertThat(map.find(IpAddress.parse("10.1.2.3"))).contains("a machine");
    assertThat(map.find(IpAddress.parse("::ffff:10.1.2.4"))).contains("a subnet");
    assertThat(map.find(IpAddress.parse("10.9.9.9"))).contains("inside");
    assertThat(map.find(IpAddress.parse("192.0.2.1"))).contains("everybody");
    assertThat(map.find(IpAddress.parse("2001:db8:1::1"))).contains("documentation");
    assertThat(map.find(IpAddress.parse("2001:db9::1"))).isEmpty();
    assertThat(map.contains(IpAddress.parse("::1"))).isFalse();
    assertThat(map).hasToString("4 blocks of IPv4, 1 of IPv6");
  }

  @Test
  @DisplayName("finds what a linear search finds, for random blocks and addresses")
  void asALinearSearch() {
    Random random = new Random(7);
    List<CidrBlock> blocks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      blocks.add(address(random).network(random.nextInt(33), random.nextInt(129)));
    }
    CidrMap<CidrBlock> map = CidrMap.of(blocks);
    for (int i = 0; i < 5_000; i++) {
      IpAddress address = address(random);
      assertThat(map.find(address))
          .isEqualTo(
              blocks.stream()
                  .filter(block -> block.contains(address))
                  .max(Comparator.comparingInt(CidrBlock::prefixLength)));
    }
  }

  /** Addresses with few different bits, so that many blocks contain them. */
  private static IpAddress address(Random random) {
    return IpAddress.parse(
        random.nextBoolean()
            ? "10.%d.%d.%d".formatted(random.nextInt(3), random.nextInt(3), random.nextInt(256))
            : "2001:db8:%x:%x::%x"
                .formatted(random.nextInt(3), random.nextInt(3), random.nextInt(0x10000)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10.0.0.0/33 | '10.0.0.0/33' has the prefix '33'; it must be a number from 0 to 32",
        "::/129 | '::/129' has the prefix '129'; it must be a number from 0 to 128",
        "10.0.0.0/ | '10.0.0.0/' has the prefix ''; it must be a number from 0 to 32",
        "10.0.0.0/08 | '10.0.0.0/08' has the prefix '08'; it must be a number from 0 to 32",
        "10.0.0.0/255.0.0.0 | '10.0.0.0/255.0.0.0' has the prefix '255.0.0.0'; it must be a number from 0 to 32",
        "10.0.0.1/8 | '10.0.0.1/8' has bits beyond its prefix; write 10.0.0.0/8",
        "2001:db8::1/64 | '2001:db8::1/64' has bits beyond its prefix; write 2001:db8::/64",
        "/8 | '' is not an address; write 192.0.2.1 or 2001:db8::1"
      })
  @DisplayName("refuses what is not a block, and says what would be right")
  void refused(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CidrBlock.parse(text.strip()))
        .withMessage(message.strip());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, 0, 0.0.0.0/0",
    "192.0.2.1, 32, 192.0.2.1/32",
    "::ffff:192.0.2.1, 32, 192.0.2.1/32",
    "2001:DB8::/32, 32, 2001:db8::/32",
    "::1, 128, ::1/128"
  })
  @DisplayName("takes blocks in canonical form")
  void blocks(String text, int prefix, String canonical) {
    CidrBlock block = CidrBlock.parse(text);
    assertThat(block).hasToString(canonical).isEqualTo(CidrBlock.parse(canonical));
    assertThat(block.prefixLength()).isEqualTo(prefix);
  }

  @Test
  @DisplayName("finds the values of all blocks that contain an address, the smallest first")
  void findAll() {
    CidrMap<CidrBlock> map =
        CidrMap.of(
            Stream.of("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.2.0.0/16")
                .map(CidrBlock::parse)
                .toList());
    assertThat(map.findAll(IpAddress.parse("10.1.2.3")))
        .extracting(CidrBlock::toString)
        .containsExactly("10.1.2.3/32", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0");
    assertThat(map.findAll(IpAddress.parse("2001:db8::1"))).isEmpty();
    assertThat(map.isEmpty()).isFalse();
    assertThat(CidrMap.of(List.of()).isEmpty()).isTrue();
  }
}
