package io.github.ratelimiter.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.github.ratelimiter.http.ClientAddress;
import io.github.ratelimiter.net.CidrBlock;
import io.github.ratelimiter.store.ForwardingStore;
import io.github.ratelimiter.store.MemoryStore;
import io.github.ratelimiter.store.StoreMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A check of rules in force")
class SystemChecksTest extends RulesFixture {
  private static List<String> checks(RulesBuilder rules) {
    return rules.build().check().stream().map(Finding::check).toList();
  }

  private static ClientAddress behind(String... proxies) {
    return ClientAddress.xForwardedFor(Stream.of(proxies).map(CidrBlock::parse).toList());
  }

  @Test
  @DisplayName("finds nothing where all is well, and what a check of the set finds")
  void rules() {
    assertThat(checks(Rules.builder(store))).isEmpty();
    assertThat(checks(Rules.builder(store).rules(RuleSet.of(Rule.of("odd", "10/s; 1000/s", IP)))))
        .containsExactly("never-binds");
  }

  @Test
  @DisplayName("finds that several instances share no store")
  void notShared() {
    List<Finding> found = Rules.builder(store).instances(3).build().check();
    assertThat(found).extracting(Finding::check).containsExactly("store-not-shared");
    assertThat(found.get(0).sentence()).contains("there are 3 instances");
    assertThat(checks(Rules.builder(new ForwardingStore(store) {}).instances(3)))
        .as("wrapped")
        .containsExactly("store-not-shared");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rules.builder(store).instances(0))
        .withMessage("instances is 0; it must be 1 or more");
  }

  @Test
  @DisplayName("finds a server that evicts usage, as soon as it has answered")
  void evicts() {
    Server server = new Server();
    Rules rules = Rules.builder(server).build();
    assertThat(rules.check()).isEmpty();
    server.memory =
        Optional.of(new StoreMemory(1, OptionalLong.of(100), Optional.of("has allkeys-lru")));
    assertThat(rules.check())
        .extracting(Finding::check, Finding::sentence)
        .containsExactly(tuple("store-evicts", "the server of the store has allkeys-lru"));
    server.memory = Optional.of(new StoreMemory(1, OptionalLong.of(100), Optional.empty()));
    assertThat(rules.check()).isEmpty();
  }

  private class Server extends ForwardingStore implements MemoryStore {
    private Optional<StoreMemory> memory = Optional.empty();

    Server() {
      super(SystemChecksTest.this.store);
    }

    @Override
    public Optional<StoreMemory> memory() {
      return memory;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "128.0.0.0/1", "::/0", "2000::/3"})
  @DisplayName("finds trusted proxies that can be clients")
  void trustsClients(String block) {
    List<Finding> found = Rules.builder(store).address(behind("10.0.0.0/8", block)).build().check();
    assertThat(found).extracting(Finding::check).containsExactly("trusts-clients");
    assertThat(found.get(0).sentence()).startsWith("the trusted proxies are " + block + ", which");
  }

  @Test
  @DisplayName("finds nothing in private networks of proxies")
  void trustsProxies() {
    assertThat(checks(Rules.builder(store).address(behind("10.0.0.0/8", "fc00::/7", "192.0.2.1"))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "forwarded"})
  @DisplayName("finds keys that are the list of all proxies, also beside the client")
  void forwarded(String header) {
    Rule rule = Rule.of("r", "1/s", IP, new KeyPart(KeyPart.Kind.HEADER, header));
    assertThat(checks(Rules.builder(store).rules(RuleSet.of(rule))))
        .containsExactly("key-is-forwarded-header");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"store-not-shared", "store-evicts", "trusts-clients", "key-is-forwarded-header"})
  @DisplayName("links to the page where each is explained")
  void documented(String check) throws Exception {
    assertThat(new Finding(check, Optional.empty(), "").link()).endsWith("/docs/rules.md#" + check);
    assertThat(Files.readString(Path.of("..", "docs", "rules.md")))
        .contains("\n### " + check + "\n");
  }
}
