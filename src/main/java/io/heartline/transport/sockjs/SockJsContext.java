package io.heartline.transport.sockjs;

import io.heartline.engine.Authenticator;
import io.heartline.engine.Engine;
import io.heartline.model.Room;
import io.heartline.model.TimeSource;
import io.heartline.transport.session.SessionLines;
import io.heartline.transport.session.Upgrades;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * What all services of SockJS share.
 *
 * @param sessions knows which lines belong to which HTTP session
 * @param credentials reads credentials from a request
 * @param address returns where the client of a request is
 * @param turnstile returns in how many seconds a client had better come back; 0 if it may open a
 *     line now
 * @param messageBytes the largest message we accept
 * @param bodyTimeout the most time from the start of a request to the last byte of its body
 * @param bodies room for bodies that have not arrived whole
 */
public record SockJsContext(
    Engine engine,
    SessionLines sessions,
    Authenticator authenticator,
    Function<HttpServletRequest, Authenticator.Credentials> credentials,
    Function<HttpServletRequest, String> address,
    Upgrades upgrades,
    ToIntFunction<HttpServletRequest> turnstile,
    TimeSource time,
    int messageBytes,
    Duration bodyTimeout,
    Room bodies,
    SockJsFrames frames) {}
