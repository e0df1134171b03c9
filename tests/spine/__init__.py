"""The spine under fire: killed, cut off, fed with poison; nothing is lost and nothing happens twice."""
