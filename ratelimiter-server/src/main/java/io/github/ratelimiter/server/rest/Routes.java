package io.github.ratelimiter.server.rest;

import io.javalin.config.RoutesConfig;

/** A part of the service over HTTP. */
@FunctionalInterface
public interface Routes {
  /** Adds the routes. */
  void addTo(RoutesConfig routes);
}
