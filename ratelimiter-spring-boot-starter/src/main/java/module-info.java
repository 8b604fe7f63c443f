/** Rate limits in Spring Boot applications. */
// Spring names its modules in its manifests only. What is static is there if the application has
// it.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.github.ratelimiter.spring {
  requires transitive io.github.ratelimiter.http;
  requires transitive spring.boot;
  requires transitive spring.web;
  requires io.github.ratelimiter.local;
  requires io.github.ratelimiter.servlet;
  requires spring.aop;
  requires spring.beans;
  requires spring.boot.autoconfigure;
  requires spring.context;
  requires spring.core;
  requires spring.expression;
  requires static com.fasterxml.jackson.annotation;
  requires static io.github.ratelimiter.cache;
  requires static io.github.ratelimiter.fallback;
  requires static io.github.ratelimiter.micrometer;
  requires static io.github.ratelimiter.opentelemetry;
  requires static io.github.ratelimiter.redis;
  requires static io.github.ratelimiter.rules;
  requires static io.github.ratelimiter.rules.postgresql;
  requires static jakarta.servlet;
  requires static java.sql;
  requires static org.jspecify;
  requires static org.reactivestreams;
  requires static reactor.core;
  requires static spring.boot.actuator;
  requires static spring.boot.actuator.autoconfigure;
  requires static spring.boot.health;
  requires static spring.data.redis;
  requires static spring.webflux;
  requires static spring.webmvc;

  exports io.github.ratelimiter.spring;

  opens io.github.ratelimiter.spring;
  opens io.github.ratelimiter.spring.actuate;
  opens io.github.ratelimiter.spring.autoconfigure;
  opens io.github.ratelimiter.spring.failure;
  opens io.github.ratelimiter.spring.method;
  opens io.github.ratelimiter.spring.rules;
  opens io.github.ratelimiter.spring.web;
  opens io.github.ratelimiter.spring.web.reactive;
  opens io.github.ratelimiter.spring.web.servlet;
}
