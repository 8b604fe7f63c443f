package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.servers.JavaCommand;
import io.github.ratelimiter.servers.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chain beside an application that holds the JVM's common pool, in a process of its own. */
@Isolated("What a busy machine makes slow, a breaker takes for a slow server.")
class BusyCommonPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  @DisplayName("nothing waits for the common pool, and no thread is started for each alarm")
  void heldByTheApplication(int processors) throws IOException, InterruptedException {
    try (RedisProcess server = RedisProcess.start()) {
      Process process =
          new ProcessBuilder(
                  JavaCommand.program(),
                  "-XX:ActiveProcessorCount=" + processors,
                  "-cp",
                  JavaCommand.classPath(),
                  BusyCommonPool.class.getName(),
                  server.uri())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output).contains("OK");
      assertThat(process.exitValue()).isZero();
      System.out.println("MEASURED " + processors + " processors: " + output.trim());
    }
  }
}
