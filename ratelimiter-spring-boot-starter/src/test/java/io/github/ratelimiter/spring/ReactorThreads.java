package io.github.ratelimiter.spring;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** Otherwise an application that is closed stops the threads of all others. */
@Configuration(proxyBeanMethods = false)
class ReactorThreads {
  @Bean
  ReactorResourceFactory reactorResources() {
    ReactorResourceFactory resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    return resources;
  }
}
