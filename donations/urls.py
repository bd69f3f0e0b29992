"""Promising something, and the private page of what was promised."""

from django.urls import path

from . import private, views

app_name = "donations"
urlpatterns = [
    path("donate/", views.give, name="give"),
    path("campaigns/<str:slug>/pledge/", views.pledge_for, name="pledge_for"),
    path("pledges/lost-link/", private.lost_link, name="lost_link"),
    path("pledges/erased/", private.erased, name="erased"),
    path("pledges/thanks/<str:ticket>/", views.thanks, name="thanks"),
    # What follows is secret: whoever has the token is the donor.
    path("pledges/<str:token>/", private.pledge, name="pledge"),
    path("pledges/<str:token>/confirm/", private.confirm, name="confirm"),
    path("pledges/<str:token>/change/", private.change, name="change"),
    path("pledges/<str:token>/about-me/", private.about_me, name="about_me"),
    path("pledges/<str:token>/cancel/", private.cancel, name="cancel"),
    path("pledges/<str:token>/new-link/", private.new_link, name="new_link"),
    path("pledges/<str:token>/receipts/<int:number>.pdf", private.receipt, name="receipt"),
    path("pledges/<str:token>/erase/", private.erase_me, name="erase"),
    path("pledges/<str:token>/my-data.json", private.own_data, name="own_data"),
]
