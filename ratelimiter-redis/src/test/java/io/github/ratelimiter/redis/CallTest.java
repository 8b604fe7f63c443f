package io.github.ratelimiter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.redis.transport.Call;
import io.github.ratelimiter.threads.ServiceThreads;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CallTest {
  private final Call call = new Call(CommandType.EVALSHA, Call.args().add("sha"));

  private String written() {
    ByteBuf buffer = Unpooled.buffer();
    // Encoding says of its thread that it is an I/O thread; this one is not.
    ServiceThreads.run("encodes", () -> call.encode(buffer));
    return buffer.toString(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void whatIsWrittenTwiceIsAPingTheSecondTime() {
    assertThat(written()).contains("EVALSHA");
    assertThat(written()).isEqualTo("*1\r\n$4\r\nPING\r\n");
    assertThat(call.mayHaveRun()).isTrue();
  }

  /** A caller may send another call as soon as it is notified. That must not overtake the PING. */
  @Test
  void nobodyHearsOfARepetitionBeforeItIsAnswered() {
    written();
    written();
    assertThat(call.isDone()).isFalse();

    call.getOutput().set(bytes("PONG"));
    call.complete();

    assertThat(call.isCompletedExceptionally()).isTrue();
  }

  @Test
  void whatAServerSaysToThePingTellsNothingOfTheCall() {
    written();
    written();

    call.getOutput().setError(bytes("LOADING Redis is loading the dataset in memory"));
    call.complete();

    assertThat(call.isCompletedExceptionally()).isTrue();
    assertThat(call.mayHaveRun()).isTrue();
  }

  @Test
  void aCallThatWasGivenUpInTimeIsNeverWritten() {
    assertThat(call.abandon()).isTrue();

    assertThat(written()).isEqualTo("*1\r\n$4\r\nPING\r\n");
    assertThat(call.mayHaveRun()).isFalse();
  }

  @Test
  void whatAServerRefusedDidNotRun() {
    written();
    assertThat(call.abandon()).isFalse();
    assertThat(call.mayHaveRun()).isTrue();

    call.getOutput().setError(bytes("LOADING Redis is loading the dataset in memory"));
    call.complete();

    assertThat(call.mayHaveRun()).isFalse();
  }
}
