package io.github.ratelimiter.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A CIDR block")
class CidrBlockTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,    10.1.0.0/16,     true",
    "10.0.0.0/8,    10.0.0.0/8,      true",
    "10.0.0.0/8,    10.1.2.3,        true",
    "10.1.0.0/16,   10.0.0.0/8,      false",
    "10.0.0.0/8,    11.0.0.0/16,     false",
    "2001:db8::/32, 2001:db8:1::/48, true",
    "2001:db8::/32, 2001:db9::/48,   false",
    "0.0.0.0/0,     ::/0,            false",
    "::/0,          10.0.0.0/8,      false"
  })
  @DisplayName("contains a block if it contains all of its addresses")
  void contains(String wide, String narrow, boolean expected) {
    assertThat(CidrBlock.parse(wide).contains(CidrBlock.parse(narrow))).isEqualTo(expected);
  }
}
