package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ratelimiter.http.Refusal;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.SerializationUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@DisplayName("A method with @RateLimited")
class MethodLimitsTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(Application.class)
          .withPropertyValues("ratelimiter.policies.once=1/h", "ratelimiter.redis.enabled=false");

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({Service.class, WholeClass.class})
  static class Application {}

  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @RateLimited(policy = "once", key = "#name")
  @interface OncePerName {}

  static class Service {
    @RateLimited("once")
    String plain() {
      return "done";
    }

    @RateLimited(policy = "once", key = "#user.name")
    String perUser(User user) {
      return "done " + user.name();
    }

    @OncePerName
    String meta(String name) {
      return "done " + name;
    }

    @RateLimited(policy = "once", key = "'fallback'", fallback = "instead")
    String withFallback(String name) {
      return "done " + name;
    }

    private String instead(String name, RequestRefusedException refused) {
      return "not " + name + ": " + refused.refusal().violatedPolicies();
    }

    @RateLimited(policy = "once", key = "'future'")
    CompletableFuture<String> future() {
      return CompletableFuture.completedFuture("done");
    }

    @RateLimited(policy = "once", key = "'mono'")
    Mono<String> mono() {
      return Mono.just("done");
    }

    @RateLimited(policy = "once", key = "'flux'")
    Flux<Integer> flux() {
      return Flux.just(1, 2);
    }

    @RateLimited(policy = "once", key = "#name")
    String nullable(String name) {
      return "done";
    }
  }

  record User(String name) {}

  @RateLimited(policy = "once", key = "'class'")
  static class WholeClass {
    String limited() {
      return "done";
    }

    @IgnoreRateLimit
    String free() {
      return "done";
    }
  }

  private void run(Consumer<Service> test) {
    runner.run(context -> test.accept(context.getBean(Service.class)));
  }

  @Test
  @DisplayName("throws an exception with the refusal and its headers when it is called too often")
  void refused() {
    run(
        service -> {
          assertThat(service.plain()).isEqualTo("done");

          assertThatThrownBy(service::plain)
              .isInstanceOfSatisfying(
                  RequestRefusedException.class,
                  refused -> {
                    assertThat(refused.getStatusCode().value()).isEqualTo(429);
                    assertThat(refused.refusal().violatedPolicies()).containsExactly("once");
                    assertThat(refused.getHeaders().headerNames())
                        .contains("Retry-After", "RateLimit", "RateLimit-Policy");
                  });
        });
  }

  @Test
  @DisplayName("throws an exception that has its refusal after it was serialized, too")
  void serialized() {
    run(
        service -> {
          service.plain();
          RequestRefusedException refused =
              catchThrowableOfType(RequestRefusedException.class, service::plain);
          Refusal before = refused.refusal();

          RequestRefusedException copy = SerializationUtils.clone(refused);

          assertThat(copy.refusal())
              .isEqualTo(
                  new Refusal(
                      before.type(),
                      before.retryAfter(),
                      before.violatedPolicies(),
                      Optional.empty()));
          assertThat(copy.getHeaders()).isEqualTo(refused.getHeaders());
          assertThat(copy.getBody()).isEqualTo(refused.getBody());
        });
  }

  @Test
  @DisplayName("counts each value of its key on its own")
  void keys() {
    run(
        service -> {
          assertThat(service.perUser(new User("ann"))).isEqualTo("done ann");
          assertThat(service.perUser(new User("bob"))).isEqualTo("done bob");
          assertThatThrownBy(() -> service.perUser(new User("ann")))
              .isInstanceOf(RequestRefusedException.class);
        });
  }

  @Test
  @DisplayName("may have it by an annotation of the application")
  void metaAnnotation() {
    run(
        service -> {
          assertThat(service.meta("x")).isEqualTo("done x");
          assertThatThrownBy(() -> service.meta("x")).isInstanceOf(RequestRefusedException.class);
        });
  }

  @Test
  @DisplayName("is replaced by its fallback when it is refused")
  void fallback() {
    run(
        service -> {
          assertThat(service.withFallback("a")).isEqualTo("done a");
          assertThat(service.withFallback("b")).isEqualTo("not b: [once]");
        });
  }

  @Test
  @DisplayName("may return a future, which then fails")
  void future() {
    run(
        service -> {
          assertThat(service.future().join()).isEqualTo("done");
          assertThatThrownBy(() -> service.future().join())
              .hasCauseInstanceOf(RequestRefusedException.class);
        });
  }

  @Test
  @DisplayName("may return a Mono or a Flux, which takes its permits at each subscription")
  void reactive() {
    run(
        service -> {
          Mono<String> mono = service.mono();
          assertThat(mono.block()).isEqualTo("done");
          assertThatThrownBy(mono::block).isInstanceOf(RequestRefusedException.class);

          Flux<Integer> flux = service.flux();
          assertThat(flux.collectList().block()).containsExactly(1, 2);
          assertThatThrownBy(flux::blockLast).isInstanceOf(RequestRefusedException.class);
        });
  }

  @Test
  @DisplayName("fails without a call when its key is null")
  void nullKey() {
    run(
        service ->
            assertThatThrownBy(() -> service.nullable(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'#name'"));
  }

  @Test
  @DisplayName("inherits it from its class, unless it has @IgnoreRateLimit")
  void ofClass() {
    runner.run(
        context -> {
          WholeClass bean = context.getBean(WholeClass.class);
          bean.limited();
          assertThatThrownBy(bean::limited).isInstanceOf(RequestRefusedException.class);
          assertThat(bean.free()).isEqualTo("done");
          assertThat(bean.free()).isEqualTo("done");
        });
  }

  static class UnknownPolicy {
    @RateLimited("nowhere")
    void call() {}
  }

  static class MissingFallback {
    @RateLimited(policy = "once", fallback = "nothing")
    void call() {}
  }

  static class BadKey {
    @RateLimited(policy = "once", key = "#(")
    void call() {}
  }

  @Test
  @DisplayName("prevents the start if its policy, fallback or key is wrong")
  void mistakes() {
    runner
        .withUserConfiguration(UnknownPolicy.class)
        .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("'nowhere'"));
    runner
        .withUserConfiguration(MissingFallback.class)
        .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("'nothing'"));
    runner
        .withUserConfiguration(BadKey.class)
        .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("'#('"));
  }

  @Test
  @DisplayName("is not limited if annotations are switched off")
  void off() {
    runner
        .withPropertyValues("ratelimiter.method.enabled=false")
        .run(
            context -> {
              Service service = context.getBean(Service.class);
              assertThat(service.plain()).isEqualTo("done");
              assertThat(service.plain()).isEqualTo("done");
            });
  }
}
