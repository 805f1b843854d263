DROP TABLE return_lines, returns, fulfillment_lines, fulfillments, refunds, payments, order_history, order_lines,
    orders, order_steps;
DROP FUNCTION note_previous_status();
DROP SEQUENCE order_numbers;
