package io.github.ratelimiter.bench.service;

import io.javalin.Javalin;
import java.nio.charset.StandardCharsets;

/** A Javalin handler that reads a check and answers the same bytes each time. */
final class BareHttpHandler {
  private static final byte[] ANSWER =
      ("{\"allowed\":true,\"limit\":1000000000,\"remaining\":999999999,\"reset_at\":1796342404,"
              + "\"source\":\"store\",\"rules\":[{\"rule\":\"default\",\"limit\":\"1000000000/h\","
              + "\"remaining\":999999999,\"allowed\":true,\"enforced\":true}]}")
          .getBytes(StandardCharsets.UTF_8);

  private BareHttpHandler() {}

  /** Listens on a free port, prints it, and runs until the process ends. */
  public static void main(String[] args) {
    Javalin server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.routes.post(
                      HttpCaller.PATH,
                      context -> {
                        context.bodyAsBytes();
                        context
                            .contentType("application/json")
                            .header("RateLimit", "\"default\";r=999999999;t=1")
                            .header("RateLimit-Policy", "\"default\";q=1000000000;w=3600")
                            .result(ANSWER);
                      });
                })
            .start("127.0.0.1", 0);
    System.out.println("http://localhost:" + server.port());
  }
}
