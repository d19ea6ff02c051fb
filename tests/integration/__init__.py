"""Stories of the finished programs on real parts: Kafka, Redis, an AWS stand-in that checks signatures."""
