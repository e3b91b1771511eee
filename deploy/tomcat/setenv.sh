# Heartline's part of Tomcat's bin/setenv.sh.

# Buffers per line: Tomcat has five of 8 KiB each, made for uploads. With 1 KiB, and with the Connector's and the
# Context's settings in the files beside this one, an idle line takes about 15 KB instead of about 50 KB. Texts above
# 256 Ki characters (above 1 KiB if heartline.tomcat.direct is false) are sent in several frames of this size, which
# costs a little speed.
CATALINA_OPTS="$CATALINA_OPTS -Dorg.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE=1024"

# You can put Heartline's settings here, in context.xml, or in heartline.properties in the data directory:
# CATALINA_OPTS="$CATALINA_OPTS -Dheartline.data.dir=/var/lib/heartline"

# For shutdown.sh, since server.xml has no shutdown port:
# CATALINA_PID="$CATALINA_BASE/tomcat.pid"
