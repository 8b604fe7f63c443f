package io.github.ratelimiter.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Nested;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The specification on every server that the store supports, where a Docker engine answers. Where
 * none does these tests are skipped and say so; the version that comes with the build is tested
 * everywhere, by {@link GroupedSpecTest}.
 */
class OtherServersSpecTest {
  abstract static class InContainer extends RedisStateStoreSpec {
    private static final int PORT = 6379;

    private final String image;

    InContainer(String image) {
      this.image = image;
    }

    @Override
    @SuppressWarnings("resource")
    Server startServer() {
      assumeTrue(
          DockerClientFactory.instance().isDockerAvailable(),
          () -> "No Docker engine answers, so the specification is not run on " + image);
      GenericContainer<?> container =
          new GenericContainer<>(DockerImageName.parse(image)).withExposedPorts(PORT);
      container.start();
      String uri = "redis://" + container.getHost() + ":" + container.getMappedPort(PORT);
      return new Server(uri, container);
    }

    @Override
    RedisStateStoreBuilder path(RedisStateStoreBuilder builder) {
      return builder;
    }
  }

  @Nested
  class Redis62 extends InContainer {
    Redis62() {
      super("redis:6.2");
    }
  }

  @Nested
  class Redis74 extends InContainer {
    Redis74() {
      super("redis:7.4");
    }
  }

  @Nested
  class Redis8 extends InContainer {
    Redis8() {
      super("redis:8");
    }
  }

  @Nested
  class Valkey8 extends InContainer {
    Valkey8() {
      super("valkey/valkey:8");
    }
  }
}
