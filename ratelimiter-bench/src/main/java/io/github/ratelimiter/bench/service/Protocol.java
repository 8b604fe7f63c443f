package io.github.ratelimiter.bench.service;

import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** How checks reach a server. */
enum Protocol {
  HTTP(
      Pattern.compile("http://localhost:(\\d+)"),
      BareHttpHandler.class,
      List.of(),
      HttpCaller::new),

  GRPC(
      Pattern.compile("gRPC +localhost:(\\d+)"),
      BareGrpcHandler.class,
      List.of("--grpc-port", "0"),
      GrpcCaller::new) {
    @Override
    public String toString() {
      return "gRPC";
    }
  };

  private final Pattern address;
  private final Class<?> bareHandler;
  private final List<String> options;
  private final BiFunction<Integer, String, Caller> callers;

  Protocol(
      Pattern address,
      Class<?> bareHandler,
      List<String> options,
      BiFunction<Integer, String, Caller> callers) {
    this.address = address;
    this.bareHandler = bareHandler;
    this.options = options;
    this.callers = callers;
  }

  /** Returns where a server says which port it has. */
  Pattern address() {
    return address;
  }

  /** Returns what the service needs to speak the protocol. */
  List<String> options() {
    return options;
  }

  /** Starts a server that decides nothing. */
  ServerProcess bareHandler() {
    return ServerProcess.start(address, bareHandler, List.of());
  }

  /** Returns a client with a connection of its own. */
  Caller caller(int port, String user) {
    return callers.apply(port, user);
  }
}
