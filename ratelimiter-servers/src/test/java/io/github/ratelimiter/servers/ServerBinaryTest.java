package io.github.ratelimiter.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The server that comes with the build")
class ServerBinaryTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  @DisplayName("starts as soon as its file is not open for writing any more")
  void openForWriting(@TempDir Path directory) throws Exception {
    Path copy = directory.resolve("server");
    Files.copy(ServerBinary.PATH, copy, StandardCopyOption.COPY_ATTRIBUTES);
    ProcessBuilder builder = new ProcessBuilder(copy.toString(), "--version");
    AtomicInteger attempts = new AtomicInteger();
    OutputStream writer = Files.newOutputStream(copy, StandardOpenOption.APPEND);
    Process process =
        ServerBinary.startWhenWritten(
            () -> {
              if (attempts.incrementAndGet() == 3) {
                writer.close();
              }
              return builder.start();
            });
    assertThat(process.waitFor()).isZero();
    assertThat(attempts).hasValue(3);
  }

  @Test
  @DisplayName("is not started again after any other error")
  void otherError() {
    AtomicInteger attempts = new AtomicInteger();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                ServerBinary.startWhenWritten(
                    () -> {
                      attempts.incrementAndGet();
                      return new ProcessBuilder("no such program").start();
                    }))
        .withMessageContaining("no such program");
    assertThat(attempts).hasValue(1);
  }

  @Test
  @DisplayName("starts many times at once")
  void atOnce() {
    List<RedisProcess> servers = new ArrayList<>();
    try {
      List<Integer> numbers = IntStream.range(0, 8).boxed().toList();
      numbers.parallelStream().map(i -> RedisProcess.start()).toList().forEach(servers::add);
      assertThat(servers).extracting(RedisProcess::port).doesNotHaveDuplicates();
      assertThat(servers).allSatisfy(server -> assertThat(server.run("PING")).isEqualTo("PONG"));
    } finally {
      servers.forEach(RedisProcess::close);
    }
  }
}
