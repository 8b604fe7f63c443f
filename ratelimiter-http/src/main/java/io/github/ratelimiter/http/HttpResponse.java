package io.github.ratelimiter.http;

/**
 * What is known of a response when it is complete.
 *
 * @param status the status code, for example 200
 * @param bytes the bytes of the body that the application has written, before the container
 *     compresses them; 0 if the adapter does not count them
 */
public record HttpResponse(int status, long bytes) {}
