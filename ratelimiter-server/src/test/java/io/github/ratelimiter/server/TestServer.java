package io.github.ratelimiter.server;

import io.github.ratelimiter.server.config.ServerOptions;
import io.github.ratelimiter.server.rest.RestServer;
import io.github.ratelimiter.server.security.AdminTokens;
import io.github.ratelimiter.server.security.NewToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service on a free port, and a client that holds its answers against the contract. */
final class TestServer implements AutoCloseable {
  static final Contract CONTRACT = Contract.load();

  /** Tokens that a service of a test accepts unless it has others. */
  static final NewToken WRITER = NewToken.create("writer", "write");

  static final NewToken READER = NewToken.create("reader", "read");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
  private static final JsonMapper JSON = JsonMapper.shared();

  /** An answer. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    JsonNode json() {
      return JSON.readTree(response.body());
    }

    String text(String pointer) {
      JsonNode node = json().at(pointer);
      return node.isString() ? node.stringValue() : node.toString();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  private final Server server;

  private TestServer(Server server) {
    this.server = server;
  }

  static TestServer start(String... args) {
    ServerOptions options = options(args);
    AdminTokens tokens = options.security().tokens();
    return new TestServer(
        Server.start(
            options,
            tokens.isEmpty()
                ? AdminTokens.of(List.of(WRITER.setting(), READER.setting()))
                : tokens));
  }

  static ServerOptions options(String... args) {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--host", "127.0.0.1"));
    all.addAll(List.of(args));
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine line = Main.commandLine(nowhere, nowhere);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs(all.toArray(String[]::new));
    return ((Main) line.getCommand()).options();
  }

  String base() {
    return "http://127.0.0.1:" + server.port();
  }

  int grpcPort() {
    return server.grpcPort().orElseThrow();
  }

  Answer get(String path) {
    return send("GET", path, "");
  }

  Answer post(String path, String body) {
    return send("POST", path, body);
  }

  /** Sends what the contract has, with a token that may write. */
  Answer admin(String method, String path, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of("Authorization", "Bearer " + WRITER.secret()));
    all.addAll(List.of(headers));
    return send(method, path, body, all.toArray(String[]::new));
  }

  /** Returns all routes. */
  List<RestServer.Route> routes() {
    return server.routes();
  }

  Answer check(String body) {
    return post("/v1/ratelimit/check", body);
  }

  Answer send(String method, String path, String body, String... headers) {
    HttpResponse<String> response = exchange(method, path, body, headers);
    String mediaType = response.headers().firstValue("Content-Type").orElse("");
    CONTRACT.check(method, path, response.statusCode(), mediaType, response.body());
    return new Answer(response);
  }

  /** Sends what the contract does not have. */
  HttpResponse<String> exchange(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
