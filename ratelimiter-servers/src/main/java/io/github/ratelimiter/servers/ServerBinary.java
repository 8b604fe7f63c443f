package io.github.ratelimiter.servers;

import static io.github.ratelimiter.servers.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** The server that comes with the build. It is extracted once. */
final class ServerBinary {
  static final Path PATH = extract();

  private static final String TEXT_FILE_BUSY = "error=26,";

  private ServerBinary() {}

  private static Path extract() {
    try {
      Path binary = RedisExecProvider.defaultProvider().get().toPath();
      binary.toFile().setExecutable(true);
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a program that this JVM may just have written. A process that another thread starts
   * while the file is open for writing holds it open for a moment longer. Until then the system
   * refuses to run the program.
   */
  static Process startWhenWritten(Callable<Process> start) {
    return eventually("the program is not open for writing any more")
        .ignoreExceptionsMatching(ServerBinary::isTextFileBusy)
        .until(start, Objects::nonNull);
  }

  private static boolean isTextFileBusy(@Nullable Throwable e) {
    return e instanceof IOException && String.valueOf(e.getMessage()).contains(TEXT_FILE_BUSY);
  }
}
