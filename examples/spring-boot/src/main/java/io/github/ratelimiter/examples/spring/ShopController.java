package io.github.ratelimiter.examples.spring;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ShopController {
  private final Reports reports;

  ShopController(Reports reports) {
    this.reports = reports;
  }

  @PostMapping("/login")
  ResponseEntity<String> login(@RequestParam String password) {
    return password.equals("secret")
        ? ResponseEntity.ok("welcome")
        : ResponseEntity.status(401).body("wrong password");
  }

  @GetMapping("/api/hello")
  String hello() {
    return "hello";
  }

  @GetMapping("/reports/{tenant}")
  String report(@PathVariable String tenant) {
    return reports.create(tenant);
  }
}
