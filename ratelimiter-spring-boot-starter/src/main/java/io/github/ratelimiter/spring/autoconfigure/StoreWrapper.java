package io.github.ratelimiter.spring.autoconfigure;

import io.github.ratelimiter.store.StateStore;
import java.util.function.UnaryOperator;

/** Wraps the store in Redis. All beans of this type are applied, in their order. */
@FunctionalInterface
interface StoreWrapper extends UnaryOperator<StateStore> {}
