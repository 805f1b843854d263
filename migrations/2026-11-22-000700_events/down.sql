DROP FUNCTION advance_event_epoch();
DROP FUNCTION event_sequence_horizon();
DROP FUNCTION event_sequence(integer);
DROP TABLE event_epoch, events;
