package io.github.ratelimiter.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ratelimiter.RateLimiter;
import io.github.ratelimiter.http.HttpLimiter;
import io.github.ratelimiter.http.RequestKey;
import io.github.ratelimiter.http.RequestLimit;
import io.github.ratelimiter.http.ResponseCost;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@DisplayName("The bytes of a response are counted")
class ResponseBytesTest {
  private static final int RESERVED = 10;

  @Parameter private Container container;

  private final Limits limits = new Limits();

  private WebApplication application() {
    return WebApplication.in(container)
        .filterAll(limits.settledBy(RESERVED, ResponseCost.bytes()))
        .page("/stream", (request, response) -> writeStream(response))
        .page("/writer", (request, response) -> writeText(response));
  }

  private static void writeStream(HttpServletResponse response) throws IOException {
    ServletOutputStream out = response.getOutputStream();
    out.write('a');
    out.write(new byte[100]);
    out.write(new byte[100], 10, 20);
    out.print("text");
    out.println(12345);
    out.flush();
    out.write(new byte[50_000]);
  }

  private static void writeText(HttpServletResponse response) throws IOException {
    PrintWriter out = response.getWriter();
    out.write("aä€");
    out.println("line ä");
    out.printf(Locale.ROOT, "%05d €", 42);
    out.append("ä").append('€');
    out.flush();
    out.write("ä".repeat(20_000));
    assertThat(out.checkError()).isFalse();
  }

  /** What was sent is what was counted, whatever was reserved. */
  private void assertCounted(WebApplication application, String path) throws Exception {
    long before = limits.counted();
    int sent = application.bytes(path).length;
    assertThat(sent).isPositive();
    limits.awaitCounted(before + sent);
  }

  private void assertCounted(WebApplication.Page page) throws Exception {
    try (WebApplication application = application().page("/page", page)) {
      assertCounted(application.start(), "/page");
    }
  }

  @Test
  @DisplayName("of a stream")
  void stream() throws Exception {
    assertCounted((request, response) -> writeStream(response));
  }

  @Test
  @DisplayName("of a writer in UTF-8")
  void utf8() throws Exception {
    assertCounted(
        (request, response) -> {
          response.setContentType("text/plain;charset=UTF-8");
          response.getWriter().write('\uD83D');
          response.getWriter().write("\uDED1");
          writeText(response);
        });
  }

  @Test
  @DisplayName("of a writer in another encoding")
  void otherEncodings() throws Exception {
    assertCounted((request, response) -> writeText(response));
    assertCounted(
        (request, response) -> {
          response.setCharacterEncoding("UTF-16BE");
          writeText(response);
        });
  }

  @Test
  @DisplayName("once if they are forwarded or included")
  void dispatches() throws Exception {
    WebApplication application =
        application()
            .page(
                "/forward",
                (request, response) ->
                    request.getRequestDispatcher("/stream").forward(request, response))
            .page(
                "/include",
                (request, response) -> {
                  response.setCharacterEncoding("UTF-8");
                  request.getRequestDispatcher("/writer").include(request, response);
                  response.getWriter().write("€");
                  request.getRequestDispatcher("/writer").include(request, response);
                });
    try (application) {
      application.start();
      assertCounted(application, "/forward");
      assertCounted(application, "/include");
    }
  }

  @Test
  @DisplayName("of an asynchronous request, also if it is dispatched")
  void asynchronous() throws Exception {
    WebApplication application =
        application()
            .page("/original", (request, response) -> writeLater(request.startAsync()))
            .page(
                "/supplied",
                (request, response) -> writeLater(request.startAsync(request, response)))
            .page("/dispatched", (request, response) -> request.startAsync().dispatch("/stream"))
            .page(
                "/twice",
                (request, response) -> {
                  response.getOutputStream().print("twice");
                  AsyncContext context = request.startAsync(request, response);
                  context.start(() -> context.dispatch("/dispatched"));
                });
    try (application) {
      application.start();
      for (String path : new String[] {"/original", "/supplied", "/dispatched", "/twice"}) {
        assertCounted(application, path);
      }
    }
  }

  @Test
  @DisplayName("of an asynchronous request, with a filter for the requests of clients only")
  void asynchronousByDefault() throws Exception {
    WebApplication application =
        WebApplication.in(container)
            .filter(limits.settledBy(RESERVED, ResponseCost.bytes()))
            .page("/stream", (request, response) -> writeStream(response))
            .page("/original", (request, response) -> writeLater(request.startAsync()))
            .page("/dispatched", (request, response) -> request.startAsync().dispatch("/stream"));
    try (application) {
      application.start();
      assertCounted(application, "/original");
      assertCounted(application, "/dispatched");
    }
  }

  private static void writeLater(AsyncContext context) {
    context.start(
        () -> {
          try {
            writeStream((HttpServletResponse) context.getResponse());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          context.complete();
        });
  }

  @Test
  @DisplayName("of writes that do not block")
  void writeListener() throws Exception {
    assertCounted(
        (request, response) -> {
          AsyncContext context = request.startAsync();
          ServletOutputStream out = response.getOutputStream();
          out.setWriteListener(new Chunks(out, context));
        });
  }

  /** Writes chunks whenever the container is ready for one. */
  private static final class Chunks implements WriteListener {
    private final ServletOutputStream out;
    private final AsyncContext context;
    private int chunks = 20;

    Chunks(ServletOutputStream out, AsyncContext context) {
      this.out = out;
      this.context = context;
    }

    @Override
    public void onWritePossible() throws IOException {
      while (out.isReady()) {
        if (chunks-- == 0) {
          context.complete();
          return;
        }
        out.write(new byte[10_000]);
      }
    }

    @Override
    public void onError(Throwable failure) {
      context.complete();
    }
  }

  @Test
  @DisplayName("without those that are discarded before they are sent")
  void discarded() throws Exception {
    assertCounted(
        (request, response) -> {
          response.getOutputStream().write(new byte[100]);
          response.reset();
          response.setCharacterEncoding("UTF-8");
          response.getWriter().write("ä€");
        });
    assertCounted(
        (request, response) -> {
          response.getOutputStream().write(new byte[100]);
          response.resetBuffer();
          response.getOutputStream().write(new byte[5]);
        });
  }

  @Test
  @DisplayName("but not those that only the container writes, nor a body that HEAD does not have")
  void notWritten() throws Exception {
    WebApplication application =
        application()
            .page(
                "/error",
                (request, response) -> {
                  response.getWriter().write("not sent");
                  response.sendError(404, "nothing here");
                })
            .page(
                "/redirect",
                (request, response) -> {
                  response.getWriter().write("not sent");
                  response.sendRedirect("/stream");
                });
    try (application) {
      application.start();
      application.get("/error");
      limits.awaitCounted(0);
      application.get("/redirect");
      limits.awaitCounted(0);
      application.send(application.request("/stream").method("HEAD", BodyPublishers.noBody()));
      limits.awaitCounted(0);
    }
  }

  @Test
  @DisplayName("by each of two filters")
  void twoFilters() throws Exception {
    RateLimiter traffic = limits.limiter("traffic", "fixed-window 1000000/h");
    HttpLimiter second =
        HttpLimiter.builder()
            .limits(RequestLimit.of(traffic, RequestKey.global()).settledBy(ResponseCost.bytes()))
            .build();
    WebApplication application =
        application()
            .filterAll(second)
            .page("/page", (request, response) -> writeLater(request.startAsync()));
    try (application) {
      assertCounted(application.start(), "/page");
      Awaitility.await()
          .until(() -> 1_000_000 - traffic.peek("global").remaining() == limits.counted());
    }
  }
}
