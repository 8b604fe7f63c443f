package io.github.ratelimiter.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@DisplayName("If the store decides later, on an I/O thread,")
class ThreadsTest {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Service.class)
  static class Application {
    @Bean
    LateStore store() {
      return new LateStore();
    }
  }

  /** Then Spring Boot has none of its own. */
  @Configuration(proxyBeanMethods = false)
  static class OwnExecutor {
    @Bean
    Executor own() {
      return new SimpleAsyncTaskExecutor("own-");
    }
  }

  /** Methods that return the name of the thread on which they run. */
  static class Service {
    @RateLimited("many")
    CompletableFuture<String> future() {
      return CompletableFuture.completedFuture(Thread.currentThread().getName());
    }

    @RateLimited("many")
    CompletionStage<String> stage() {
      return CompletableFuture.completedStage(Thread.currentThread().getName());
    }

    @RateLimited("none")
    CompletableFuture<String> refused() {
      return CompletableFuture.completedFuture("called");
    }

    @RateLimited(policy = "none", fallback = "instead")
    CompletableFuture<String> replaced() {
      return CompletableFuture.completedFuture("called");
    }

    private CompletableFuture<String> instead(RequestRefusedException refused) {
      return CompletableFuture.completedFuture(Thread.currentThread().getName());
    }

    @RateLimited("many")
    Mono<String> mono() {
      return Mono.just(Thread.currentThread().getName());
    }

    @RateLimited("many")
    Flux<String> flux() {
      return Flux.just(Thread.currentThread().getName());
    }
  }

  private static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withPropertyValues("ratelimiter.policies.many=1000/s", "ratelimiter.policies.none=0/s");
  }

  @Test
  @DisplayName("a method of a future and its fallback run on the executor of Spring Boot")
  void taskExecutor() {
    runner()
        .run(
            context -> {
              Service service = context.getBean(Service.class);
              assertThat(service.future().join()).startsWith("task-");
              assertThat(service.stage().toCompletableFuture().join()).startsWith("task-");
              assertThat(service.replaced().join()).startsWith("task-");
              assertThatThrownBy(() -> service.refused().join())
                  .hasCauseInstanceOf(RequestRefusedException.class);
            });
  }

  @Test
  @DisplayName("or on the executor that the property names")
  void namedExecutor() {
    runner()
        .withUserConfiguration(OwnExecutor.class)
        .withPropertyValues("ratelimiter.method.executor=own")
        .run(
            context ->
                assertThat(context.getBean(Service.class).future().join()).startsWith("own-"));
  }

  @Test
  @DisplayName("or, without an executor, on the thread of the caller, who waits for the decision")
  void noExecutor() {
    runner()
        .withUserConfiguration(OwnExecutor.class)
        .run(
            context -> {
              Service service = context.getBean(Service.class);
              CompletableFuture<String> result = service.future();
              assertThat(result).isCompletedWithValue(Thread.currentThread().getName());
              assertThat(service.replaced()).isCompletedWithValue(Thread.currentThread().getName());
              assertThatThrownBy(() -> service.refused().join())
                  .hasCauseInstanceOf(RequestRefusedException.class);
            });
  }

  @Test
  @DisplayName("an executor that does not exist prevents the start")
  void unknownExecutor() {
    runner()
        .withPropertyValues("ratelimiter.method.executor=nobody")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasMessageContaining("ratelimiter.method.executor is 'nobody'"));
  }

  @Test
  @DisplayName("a Mono or a Flux goes on on a scheduler of the same kind as the subscriber's")
  void reactive() {
    runner()
        .run(
            context -> {
              Service service = context.getBean(Service.class);
              assertThat(service.mono().block()).startsWith("boundedElastic-");
              assertThat(service.flux().blockLast()).startsWith("boundedElastic-");
              assertThat(service.mono().subscribeOn(Schedulers.single()).block())
                  .startsWith("parallel-");
            });
  }

  @RestController
  static class Endpoint {
    @GetMapping("/thread")
    Mono<String> thread() {
      return Mono.just(Thread.currentThread().getName());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import({WebFluxLimitsTest.Application.class, Endpoint.class})
  static class WebApplication {
    @Bean
    LateStore store() {
      return new LateStore();
    }
  }

  @Test
  @DisplayName("a request of WebFlux goes on on a scheduler of Reactor that must not block")
  void webFlux() {
    try (Server server =
        Server.reactive(
            WebApplication.class,
            "ratelimiter.policies.many=1000/s",
            "ratelimiter.method.enabled=false",
            "ratelimiter.web.limits[0].policy=many")) {
      assertThat(server.get("/thread").body()).startsWith("parallel-");
    }
  }

  @Test
  @DisplayName("no asynchronous stage is without an executor, and nobody uses the common pool")
  void noCommonPool() {
    ArchRuleDefinition.noClasses()
        .should()
        .callMethod(ForkJoinPool.class, "commonPool")
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "an asynchronous stage without an executor",
                call ->
                    call.getTarget().getName().endsWith("Async")
                        && call.getTargetOwner().isAssignableTo(CompletionStage.class)
                        && call.getTarget().getRawParameterTypes().stream()
                            .noneMatch(type -> type.isEquivalentTo(Executor.class))))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.github.ratelimiter.spring"));
  }
}
