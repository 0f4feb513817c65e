def test_the_icon_is_found_where_browsers_ask_for_it_by_habit(client):
    assert client.get("/favicon.ico")["Location"].endswith(".svg")
