package io.github.ratelimiter.redis;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.ratelimiter.servers.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * The specification on the oldest server that the store supports, which comes with the build, and
 * on Valkey where it is installed. A server that does not run here is skipped with a message. The
 * specification on the newest server of the build is {@link GroupedSpecTest}.
 */
class OtherServersSpecTest {
  abstract static class OnOther extends RedisStateStoreSpec {
    abstract Path binary();

    @Override
    Server startServer() {
      Path binary = binary();
      String version = version(binary);
      if (version == null) {
        abort(binary + " does not run here, so the specification is not run on it");
      }
      RedisProcess process = RedisProcess.startOther(binary);
      return new Server(process.uri(), process);
    }

    @Override
    RedisStateStoreBuilder path(RedisStateStoreBuilder builder) {
      return builder;
    }
  }

  @Nested
  @DisplayName("Redis 6.2")
  class Redis62 extends OnOther {
    @Override
    Path binary() {
      String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
      String suffix = (system.contains("mac") ? "darwin" : system) + "-" + processor;
      try (Stream<Path> servers = Files.list(Path.of("target", "oldest-server"))) {
        Path server =
            servers
                .filter(file -> file.getFileName().toString().endsWith(suffix))
                .findFirst()
                .orElse(Path.of("redis-server-6.2-" + suffix));
        server.toFile().setExecutable(true);
        return server.toAbsolutePath();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Nested
  @DisplayName("Valkey")
  class Valkey extends OnOther {
    @Override
    Path binary() {
      return Path.of("valkey-server");
    }
  }

  /** Returns what a server says of its version; null if it does not run. */
  private static String version(Path binary) {
    try {
      Process process = new ProcessBuilder(binary.toString(), "--version").start();
      byte[] text = process.getInputStream().readAllBytes();
      boolean ended = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      return ended ? new String(text, StandardCharsets.UTF_8) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
