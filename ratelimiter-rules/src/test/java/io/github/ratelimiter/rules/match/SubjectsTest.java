package io.github.ratelimiter.rules.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.http.HttpRequest;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The subject of an HTTP request")
class SubjectsTest {
  private final List<String> asked = new ArrayList<>();

  /** A request that notes what is asked of it. */
  private final HttpRequest request =
      new HttpRequest() {
        @Override
        public String method() {
          return "GET";
        }

        @Override
        public String path() {
          asked.add("path");
          return "/A//b";
        }

        @Override
        public Optional<String> query() {
          asked.add("query");
          return Optional.of("q=1&q=2");
        }

        @Override
        public List<String> headers(String name) {
          asked.add(name);
          return switch (name) {
            case "X-API-Key" -> List.of("k1");
            case "X-Empty" -> List.of("");
            case "X-Forwarded-For" -> List.of("198.51.100.7");
            default -> List.of();
          };
        }

        @Override
        public Optional<String> remoteAddress() {
          asked.add("address");
          return Optional.of("10.0.0.1");
        }

        @Override
        public Optional<String> user() {
          asked.add("user");
          return Optional.of("7");
        }

        @Override
        public Optional<Object> attribute(String name) {
          asked.add(name);
          return name.equals("tier") ? Optional.of(2) : Optional.empty();
        }
      };

  private Subject subject(Consumer<Subjects.Builder> settings) {
    Subjects.Builder builder = Subjects.builder();
    settings.accept(builder);
    return builder.build().of(request);
  }

  @Test
  @DisplayName("has the defaults: address of the connection, attributes of the request, no API key")
  void defaults() {
    Subject subject = subject(builder -> {});

    assertThat(subject.method()).isEqualTo("GET");
    assertThat(subject.path()).isEqualTo(NormalPath.of("/A/b"));
    assertThat(subject.parameters("q")).containsExactly("1", "2");
    assertThat(subject.user()).hasValue("7");
    assertThat(subject.apiKey()).isEmpty();
    assertThat(subject.tier()).hasValue("2");
    assertThat(subject.address()).hasValue(IpAddress.parse("10.0.0.1"));
    assertThat(subject.attribute("region")).isEmpty();
  }

  @Test
  @DisplayName("has what the settings find")
  void settings() {
    Subject subject =
        subject(
            builder ->
                builder
                    .address(ClientAddress.xForwardedFor(List.of(CidrBlock.parse("10.0.0.0/8"))))
                    .apiKey("X-API-Key", "k1"::equals)
                    .tier(each -> each.user().map(user -> "tier of " + user))
                    .attributes((each, name) -> Optional.of(name + " of " + each.method()))
                    .ignoreCaseOfPaths());

    assertThat(subject.path()).isEqualTo(NormalPath.ignoringCase("/a/b"));
    assertThat(subject.apiKey()).hasValue("k1");
    assertThat(subject.tier()).hasValue("tier of 7");
    assertThat(subject.address()).hasValue(IpAddress.parse("198.51.100.7"));
    assertThat(subject.attribute("region")).hasValue("region of GET");
  }

  @Test
  @DisplayName("has no API key if it is not known, or empty")
  void unknownApiKey() {
    assertThat(subject(builder -> builder.apiKey("X-API-Key", "k2"::equals)).apiKey()).isEmpty();
    assertThat(subject(builder -> builder.apiKey("X-Empty", key -> true)).apiKey()).isEmpty();
    assertThat(subject(builder -> builder.apiKey("X-None", key -> true)).apiKey()).isEmpty();
  }

  @Test
  @DisplayName("finds nothing before it is asked, and each value once")
  void once() {
    Subject subject = subject(builder -> builder.apiKey("X-API-Key", key -> true));
    assertThat(asked).isEmpty();

    for (int i = 0; i < 3; i++) {
      subject.path();
      subject.parameters("q" + i);
      subject.headers("X-Header");
      subject.user();
      subject.apiKey();
      subject.tier();
      subject.address();
      subject.attribute("region");
    }

    assertThat(asked)
        .containsExactly(
            "path", "query", "X-Header", "user", "X-API-Key", "tier", "address", "region");
  }
}
