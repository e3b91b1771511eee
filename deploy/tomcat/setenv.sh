# Heartline's part of Tomcat's bin/setenv.sh.

# Buffers per line: Tomcat's 8 KiB each, five of them, are for uploads. 1 KiB cuts an idle line from about 73 KB to about
# 17 KB together with the Connector's and the Context's settings beside this file. Texts above it leave in several
# frames of this size, which costs a little speed where updates are large.
CATALINA_OPTS="$CATALINA_OPTS -Dorg.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE=1024"

# Settings of Heartline may stand here, or in context.xml, or in heartline.properties in the data directory:
# CATALINA_OPTS="$CATALINA_OPTS -Dheartline.data.dir=/var/lib/heartline"
