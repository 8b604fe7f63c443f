// 80 % of the checks are for 1,000 users, the rest for 100,000.
import http from 'k6/http';
import { check } from 'k6';

const SERVICES = ['service-1', 'service-2', 'service-3'];

export const options = {
  scenarios: {
    checks: { executor: 'constant-arrival-rate', rate: 1000, timeUnit: '1s', duration: '10m', preAllocatedVUs: 100 },
  },
  // A refusal is an answer.
  thresholds: { checks: ['rate>0.999'], http_req_duration: ['p(99)<5', 'p(99.9)<20'] },
};

export default function () {
  const hot = Math.random() < 0.8;
  const user = hot ? `hot-${Math.floor(Math.random() * 1000)}` : `cold-${Math.floor(Math.random() * 100000)}`;
  const service = SERVICES[Math.floor(Math.random() * SERVICES.length)];
  const answer = http.post(
    `http://${service}:8080/v1/ratelimit/check`,
    JSON.stringify({ user_id: user, endpoint: '/api/orders' }),
  );
  check(answer, { answered: (r) => r.status === 200 || r.status === 429 });
}
