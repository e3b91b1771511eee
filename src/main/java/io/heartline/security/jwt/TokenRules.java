package io.heartline.security.jwt;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a token must say, and what of it is believed.
 *
 * @param issuers of which one must be its {@code iss}; empty if any may
 * @param audiences of which one must be in its {@code aud}; empty if it may be for anybody
 * @param expires whether it must say when it expires
 * @param skew how far clocks may be apart; a token is taken until its expiry and so long after it
 * @param user the claim that says who the user is
 * @param groups the claims that say in which groups the user is
 * @param claims the claims that rights may be given by
 */
public record TokenRules(
    Set<String> issuers,
    Set<String> audiences,
    boolean expires,
    Duration skew,
    String user,
    List<String> groups,
    List<String> claims) {}
