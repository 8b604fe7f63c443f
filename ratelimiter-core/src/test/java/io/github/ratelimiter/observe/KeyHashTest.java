package io.github.ratelimiter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the hash of a key")
class KeyHashTest {
  @Test
  @DisplayName("is HMAC-SHA-256, shortened: test case 1 of RFC 4231")
  void vector() {
    KeyHash hash = KeyHash.withSecret(HexFormat.of().parseHex("0b".repeat(20)));
    assertThat(hash.of("Hi There")).isEqualTo("b0344c61d8db38535ca8afceaf0bf12b");
  }

  @Test
  @DisplayName("is the same for equal keys and secrets only")
  void secrets() {
    byte[] secret = "a secret of 22 letters".getBytes(StandardCharsets.UTF_8);
    KeyHash hash = KeyHash.withSecret(secret);
    assertThat(hash.of("user:42")).isEqualTo(KeyHash.withSecret(secret).of("user:42"));
    assertThat(hash.of("user:42")).isNotEqualTo(hash.of("user:43"));
    assertThat(KeyHash.random().of("user:42")).isNotEqualTo(KeyHash.random().of("user:42"));
  }

  @Test
  @DisplayName("needs a secret that cannot be guessed")
  void shortSecret() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyHash.withSecret(new byte[15]))
        .withMessage("the secret has 15 bytes; it must have at least 16");
    assertThat(KeyHash.random()).hasToString("HmacSHA256");
  }
}
